// Connects to a port of this machine as to a host, and prints whether its certificate is accepted.
import { connect } from 'node:tls'

const [host, port] = process.argv.slice(2)
const servername = /^[0-9.]+$/.test(host) ? '' : host
const socket = connect({ host: '127.0.0.1', port, servername })
socket.once('secureConnect', () => {
  console.log('accepted')
  socket.destroy()
})
socket.once('error', (error) => console.log(`refused: ${error.code} ${error.message}`))
