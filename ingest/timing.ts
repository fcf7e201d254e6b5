/**
 * Who waits how long for whom. The order is the promise: a client has its answer while the event may still arrive
 * (409 on a repeat), and a claim outlives every delivery it stands for.
 */

/** A producer has its answer by then, confirmed or not. */
export const answerDeadlineMs = 5_000
/** Kafka's delivery report has come by then (`message.timeout.ms`). */
export const deliveryTimeoutMs = 20_000
/** A Kafka client that ended at once is not followed by the next before this. */
export const producerLeastLifeMs = 1_000
/** A pending claim is free again after this. */
export const claimLeaseMs = 30_000
/** REDIS_DEADLINE_MS, by which Redis has answered or is done without, says this at the most. */
export const redisMostMs = 900
/** When the process stops it has answered by then, whatever that says: telling it the last things takes three calls. */
export const redisLastMs = 250
/** A connection to Redis on which nothing came for so long, although something was asked, is given up for a new one. */
export const redisSilenceMs = 3_000
/** After a missed deadline no claim is asked for, for this long. */
export const redisRestMs = 1_000
/** Requests under way have their answers by then when the process is told to stop; what is left is cut off. */
export const drainMs = 6_000
/** So long a connection has to carry its last words, once they are said. */
export const farewellMs = 250
/** A collector has taken the last spans by then, or they are given up. */
export const traceFlushMs = 500
/** The whole of a stop. */
export const shutdownMs = 9_500
