import type { components } from 'cariqa-mock/api'
import type { Debt, PaymentMethod, Session } from '../src/api'

type Schemas = components['schemas']
type Is<Described extends Own, Own> = Described

// Compiles only as long as the app's own types agree with the API's description.
export type Agreed = [
  Is<Schemas['ConnectAPIPM'], PaymentMethod>,
  Is<Schemas['ConnectAPIChargingSession'], Session>,
  Is<Schemas['ConnectAPIDebt'], Debt>,
]
