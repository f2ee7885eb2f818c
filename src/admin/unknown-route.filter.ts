import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import { envelope } from './envelope.js';

/**
 * Answers for paths that lead nowhere. Nest's own words repeat the path, and with it a key that somebody took for a part of it.
 */
@Catch(NotFoundException)
export class UnknownRouteFilter implements ExceptionFilter<NotFoundException> {
  catch(exception: NotFoundException, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw exception;
    const own = exception.getResponse();
    const isOurs = typeof own === 'object' && 'timestamp' in own;
    const response = host.switchToHttp().getResponse<ServerResponse>();
    response.writeHead(404, { 'Content-Type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(isOurs ? own : envelope('Not found', null)));
  }
}
