import './app.css'
import {StrictMode} from 'react'
import {createRoot} from 'react-dom/client'
import {CardForm} from './CardForm.jsx'
import {Debts} from './Debts.jsx'
import {Extras} from './Extras.jsx'
import {Methods} from './Methods.jsx'
import {Return} from './Return.jsx'
import {SplitForm} from './SplitForm.jsx'
import {theme} from './stripe.js'

const pages = {
  '/': ['Payment methods', Methods],
  '/card': ['Card in one line', CardForm],
  '/split': ['Card in parts', SplitForm],
  '/debts': ['Debts', Debts],
  '/extras': ['More elements', Extras],
  '/return': ['Welcome back', Return],
}

function App() {
  const [title, Page] = pages[location.pathname]
  return (
    <>
      <nav>
        <a href="/">Methods</a>
        <a href="/card">Card</a>
        <a href="/split">Parts</a>
        <a href="/debts">Debts</a>
      </nav>
      <h1>{title}</h1>
      <Page />
    </>
  )
}

document.body.classList.toggle('night', theme === 'night')
createRoot(document.getElementById('root')).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
