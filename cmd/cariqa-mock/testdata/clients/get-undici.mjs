// Node that does not know NODE_USE_ENV_PROXY: the package undici reads the other variables.
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici'

setGlobalDispatcher(new EnvHttpProxyAgent())
await import('./get.mjs')
