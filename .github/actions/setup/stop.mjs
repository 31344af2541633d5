// Stops the server. It runs after the job, also when that has failed.
const pid = Number(process.env.STATE_pid)
if (pid > 0) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM') // with what npx has started
    console.log('cariqa-mock is stopped')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
    console.log('cariqa-mock had ended before')
  }
}
