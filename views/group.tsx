/** Who is in the consumer group, and which partitions each member has. */

import { Badge, Foreign, Unknown } from './facts-shown.tsx'
import { ListTable } from './list-table.tsx'
import type { Group } from './pipeline-facts.ts'

export function GroupPanel({ name, group }: { name: string; group: Group | null }) {
  return (
    <section class="panel" aria-labelledby="group">
      <div class="heading">
        <h2 id="group">Consumer group</h2>
        <code>
          <Foreign text={name} />
        </code>
        {group && <Badge tone={group.state === 'stable' ? 'good' : 'warn'}>{group.state}</Badge>}
      </div>
      {group === null && <Unknown />}
      {group?.members.length === 0 && (
        <p>Nobody is in the group: no event is read. Start a processor.</p>
      )}
      {group !== null && group.members.length > 0 && <MembersTable group={group} />}
    </section>
  )
}

const MembersTable = ({ group }: { group: Group }) => (
  <ListTable id="group-table" called={{ by: 'group' }} columns={['Member', 'Host', 'Partitions']}>
    {group.members.map(({ clientId, host, partitions }) => (
      <tr>
        <th scope="row">
          <Foreign text={clientId} />
        </th>
        <td>
          <Foreign text={host} />
        </td>
        <td>{partitions.length === 0 ? 'none' : partitions.join(', ')}</td>
      </tr>
    ))}
  </ListTable>
)
