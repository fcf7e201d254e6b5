/** Users, as the newest UserCreated about each says. */
import { commerceEvents } from '../../../contracts/commerce/events.ts'
import { declare } from '../declare.ts'

export const projection = declare({
  name: 'users',
  events: { UserCreated: commerceEvents.UserCreated.fields },
  tables: ['users'],
  apply: [
    `insert into users (tenant_id, user_id, email, first_name, last_name, created_at,
                        occurred_at, "offset", partition)
     select distinct on (tenant_id, payload ->> 'userId')
            tenant_id, payload ->> 'userId', payload ->> 'email', payload ->> 'firstName', payload ->> 'lastName',
            (payload ->> 'createdAt')::timestamptz, occurred_at, "offset", partition
       from batch
      order by tenant_id, payload ->> 'userId', occurred_at desc, "offset" desc, partition desc
     on conflict (tenant_id, user_id) do update
       set email = excluded.email,
           first_name = excluded.first_name,
           last_name = excluded.last_name,
           created_at = excluded.created_at,
           occurred_at = excluded.occurred_at,
           "offset" = excluded."offset",
           partition = excluded.partition
     where (excluded.occurred_at, excluded."offset", excluded.partition)
         > (users.occurred_at, users."offset", users.partition)`,
  ],
})
