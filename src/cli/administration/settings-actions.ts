import { InvalidArgumentError } from 'commander';
import { configureTelemetry, serviceKeyOf, setServiceKey } from '../../config/administration/settings.js';
import { EXIT } from '../cli-io.js';
import { type Action, changing, reading, tell } from './action.js';
import { secretWord } from './secret-word.js';

export const setKey: Action = async (words, { repository, io }) => {
  const key = await secretWord(words.text('apiKey'), io);
  const { result: provider } = await repository.change((document) => setServiceKey(document, key), undefined, 'none');
  const use =
    provider === 'enkrypt'
      ? ''
      : ` It is used once plugins.guardrails.provider is "enkrypt", or a policy asks that service; now it is "${provider}".`;
  tell({ note: `Set the key of the guardrail service.${use}` }, io);
  return EXIT.ok;
};

export const getKey = reading(serviceKeyOf, 'none');

export const telemetry = changing((document, words) => {
  const [enabled, url, insecure] = [words.yesOrNo('enabled'), words.optional('url'), words.yesOrNo('insecure')];
  if (enabled === undefined && url === undefined && insecure === undefined) {
    throw new InvalidArgumentError('Say what to set: --enabled, --url or --insecure.');
  }
  configureTelemetry(document, {
    ...(enabled !== undefined && { enabled }),
    ...(url !== undefined && { url }),
    ...(insecure !== undefined && { insecure }),
  });
  return { note: 'Changed the telemetry. A gateway that is running takes it over when it is started again.' };
}, 'none');
