// Prints the status and the body at an address.
const [address, token] = process.argv.slice(2)
try {
  const response = await fetch(address, { headers: { Authorization: `Bearer ${token}` } })
  process.stdout.write(`${response.status} ${await response.text()}`)
} catch (error) {
  process.stdout.write(`no answer: ${error.cause ?? error}`)
}
