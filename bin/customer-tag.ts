// `node dist/bin/customer-tag.js CUSTOMER`: how to find a customer's workflows in Temporal while customers are hidden.
import { Command } from 'commander';
import { payloadEncryption } from '../temporal/encryption/payload-encryption.ts';

const command = new Command('npm run customer-tag --')
  .description("Prints the query by which Temporal's list shows the workflows of a customer, hidden or not.")
  .argument('<customer>', 'the id of the customer')
  .action((customer: string) => {
    const shown = payloadEncryption().everyShownCustomer(customer);
    console.log(`AllotCustomer IN (${shown.map((text) => `'${text.replaceAll("'", "\\'")}'`).join(', ')})`);
  });

try {
  await command.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
