/** What became of each tenant's events over the last day, and what ingest refused of them. */
import type { TenantCounts } from './facts.ts'
import { Foreign, None, Num, Unknown } from './facts-shown.tsx'
import { ListTable } from './list-table.tsx'

export function TenantsPanel({ tenants }: { tenants: readonly TenantCounts[] | null }) {
  return (
    <section class="panel" aria-labelledby="tenants">
      <div class="heading">
        <h2 id="tenants">Tenants</h2>
        <span class="quiet">the last 24 hours; limited and refused since ingest started</span>
      </div>
      {tenants === null && <Unknown />}
      {tenants?.length === 0 && <p class="quiet">Nobody has sent an event in the last 24 hours.</p>}
      {tenants !== null && tenants.length > 0 && <TenantsTable tenants={tenants} />}
    </section>
  )
}

const columns = ['Tenant', 'Stored', 'Duplicate', 'Dead', 'Limited', 'Refused'] as const

const TenantsTable = ({ tenants }: { tenants: readonly TenantCounts[] }) => (
  <ListTable id="tenants-table" called={{ by: 'tenants' }} look="numbers" columns={columns}>
    {tenants.map(({ tenantId, stored, duplicate, dead, limited, refused }) => (
      <tr>
        <th scope="row">
          <TenantLink tenantId={tenantId} />
        </th>
        {[stored, duplicate, dead, limited, refused].map((value) => (
          <td>
            <Num value={value} />
          </td>
        ))}
      </tr>
    ))}
  </ListTable>
)

function TenantLink({ tenantId }: { tenantId: string }) {
  if (tenantId === '') return <None>no tenant</None>
  return (
    <a href={`/search?${new URLSearchParams({ tenant: tenantId })}`}>
      <Foreign text={tenantId} />
    </a>
  )
}
