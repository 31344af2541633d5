import { test as base } from 'cariqa-mock/playwright'
import { CardsPage } from './page'

export { completeAuthentication, expect, failAuthentication, fillCard } from 'cariqa-mock/playwright'

export const test = base.extend<{ cards: CardsPage }>({
  cards: async ({ page }, use) => {
    const cards = new CardsPage(page)
    await cards.open()
    await use(cards)
  },
})
