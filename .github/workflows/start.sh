#!/usr/bin/env bash
# Runs `npm start` until it is up, sends one event through the front door, and stops it again.
set -euo pipefail

npm start > start.log 2>&1 &
start=$!
until grep -q 'Pulse is up' start.log; do
  if ! kill -0 "$start" 2> /dev/null; then
    cat start.log
    exit 1
  fi
  sleep 1
done
cat start.log
grep -q '5 of 5 accounted for' start.log

ingest=$(node -p 'JSON.parse(require("fs").readFileSync(".pulse/runtime.json", "utf8")).ingest')
curl --fail-with-body --silent --show-error "$ingest/events" \
  -H 'X-API-Key: key_a' -H 'Idempotency-Key: order-1001' -H 'Content-Type: application/json' \
  -d '{"event_id":"evt_1","event_type":"order_placed","schema_version":1,"occurred_at":"2026-01-02T20:00:00Z","payload":{"total":"9.90"}}'
echo

npm run stop
wait "$start"
