/** The keys that the pages understand, as a dialog that `?` opens. Without JavaScript it stays closed. */
const keys: readonly (readonly [key: string, what: string])[] = [
  ['/', 'find an event'],
  ['g o', 'go to Overview'],
  ['g p', 'go to Pipeline'],
  ['g s', 'go to Search'],
  ['g t', 'go to Live tail'],
  ['g d', 'go to Dead letters'],
  ['j k', 'down and up in a list'],
  ['Enter', 'open what is chosen in a list'],
  ['p', 'pause what is live, and go on'],
  ['?', 'this list'],
]

export const KeysDialog = () => (
  <dialog id="keys" aria-labelledby="keys-title">
    <form method="dialog">
      <h2 id="keys-title">Keys</h2>
      <dl class="keys">
        {keys.map(([key, what]) => (
          <>
            <dt>
              {key.split(' ').map((one) => (
                <kbd>{one}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </>
        ))}
      </dl>
      <p>
        <label class="check">
          <input type="checkbox" id="keys-on" checked /> Listen to these keys
        </label>
      </p>
      <button type="submit">Close</button>
    </form>
  </dialog>
)
