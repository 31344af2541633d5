import type { Page } from '@playwright/test'

/** The page of saved cards, as a customer sees it. */
export class CardsPage {
  constructor(readonly page: Page) {}

  async open() {
    await this.page.goto('/')
    await this.page.getByRole('heading', { name: 'Saved cards' }).waitFor()
    await this.cards.first().waitFor()
  }

  get cards() {
    return this.page.getByRole('list', { name: 'Cards' }).getByRole('listitem')
  }

  card(last4: string) {
    return this.cards.filter({ hasText: last4 })
  }

  get notice() {
    return this.page.getByRole('alert')
  }

  async remove(last4: string) {
    await this.card(last4).getByRole('button', { name: 'Remove' }).click()
  }

  async makeDefault(last4: string) {
    await this.card(last4).getByRole('button', { name: 'Make default' }).click()
  }
}
