import { z } from 'zod';
import { id, listOf, times } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import { channelRow, graceDaysField, overageField, termFields } from './details-answers.ts';
import { templateReplacement } from './template-schemas.ts';
import type { TemplateView } from './template-view.ts';
import { contractPrice } from './terms-schemas.ts';

export const templateAnswer = sentAs<TemplateView>()(
  z
    .object({
      id,
      ...termFields,
      overage: overageField,
      price: contractPrice.nullable(),
      graceDays: graceDaysField,
      channels: z.array(
        z.object({
          ...channelRow,
          totalTerm: channelRow.totalTerm.meta({
            description: "The channel's own part of the term, in cases or minutes; null: the whole term",
          }),
        }),
      ),
      duration: templateReplacement.shape.duration,
      timeZone: z.string().nullable().meta({ description: "null: the customer's time zone, then UTC" }),
      ...times,
    })
    .meta({ id: 'Template' }),
);
export const templatesAnswer = listOf('TemplateList', templateAnswer);
