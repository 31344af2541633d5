import {useState} from 'react'
import {listMethods, removeMethod} from './api.js'
import {AddMethod} from './AddMethod.jsx'
import {useLoaded} from './hooks.js'
import {Problem} from './Parts.jsx'

export function Methods() {
  const [methods, reload] = useLoaded(listMethods)
  const [error, setError] = useState(null)
  const [adding, setAdding] = useState(null)

  async function remove(id) {
    setError(null)
    try {
      await removeMethod(id)
      reload()
    } catch (e) {
      setError(e)
    }
  }

  function added() {
    setAdding(null)
    reload()
  }

  if (!methods) return <p>Loading…</p>
  return (
    <>
      <ul id="methods">
        {methods.map(m => (
          <li key={m.id} data-id={m.id} data-type={m.type}>
            {m.type} {m.card.brand} •••• {m.card.last4} {m.card.expiration_date}{' '}
            <button onClick={() => remove(m.id)}>Remove {m.card.last4}</button>
          </li>
        ))}
      </ul>
      <Problem error={error} />
      {adding ? (
        <AddMethod way={adding} onAdded={added} />
      ) : (
        <p>
          <button onClick={() => setAdding('if_required')}>Add a card</button>{' '}
          <button onClick={() => setAdding('deferred')}>Add a card later</button>{' '}
          <button onClick={() => setAdding('always')}>Add a card elsewhere</button>
        </p>
      )}
    </>
  )
}
