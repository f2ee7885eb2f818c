import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { deleteKeysOf, generateKey } from '../../config/administration/api-keys.js';
import { listKeys } from '../../config/administration/key-summary.js';
import { searchUsers } from '../../config/administration/search.js';
import {
  createUser,
  deleteUser,
  getUser,
  listProjectsOf,
  listUsers,
  updateUser,
} from '../../config/administration/users.js';
import { FOR_OPERATORS, NeedsRole } from '../admin-roles.decorator.js';
import { DescribedBy } from '../api-docs/described-by.decorator.js';
import { DtoPipe } from '../dto.pipe.js';
import { KeyUses } from '../../oauth/inbound/key-uses.js';
import { AdministrationService } from './administration.service.js';
import { EmptyBodyGuard } from './empty-body.guard.js';
import { type Exchange, OfExchange } from './exchange.js';
import { oneOf } from './one-of.js';
import type { KeysQuery, PageQuery, SearchBody } from './page.dto.js';
import type { CreateUserBody, DeleteUserBody, GenerateKeyBody, UpdateUserBody } from './users.dto.js';

const PAGE = async () => (await import('./page.dto.js')).PageQuery;

/** /api/v1/users, with their keys. Needs the admin key. */
@NeedsRole(FOR_OPERATORS)
@DescribedBy(async () => (await import('./users.description.js')).USERS)
@Controller('api/v1/users')
export class UsersController {
  constructor(
    private readonly admin: AdministrationService,
    private readonly uses: KeyUses,
  ) {}

  @Get()
  list(@OfExchange() exchange: Exchange, @Query(new DtoPipe(PAGE, 422)) query: PageQuery) {
    return this.admin.list(exchange, query, 'Users', (document) => {
      const found = query.q === undefined ? null : new Set(searchUsers(document, query.q).map((one) => one.user_id));
      return listUsers(document).filter(({ user_id }) => found?.has(user_id) ?? true);
    });
  }

  @Post()
  create(
    @OfExchange() exchange: Exchange,
    @Body(new DtoPipe(async () => (await import('./users.dto.js')).CreateUserBody, 422)) { email }: CreateUserBody,
  ) {
    return this.admin.change(exchange, {
      operation: 'user.create',
      message: 'User created',
      apply: (document) => createUser(document, email),
    });
  }

  @Post('search')
  @HttpCode(200)
  search(
    @OfExchange() exchange: Exchange,
    @Query(new DtoPipe(PAGE, 422)) query: PageQuery,
    @Body(new DtoPipe(async () => (await import('./page.dto.js')).SearchBody, 422)) body: SearchBody,
  ) {
    return this.admin.list(exchange, query, 'Users found', (document) => searchUsers(document, body.search_term));
  }

  @Get(':user')
  detail(@OfExchange() exchange: Exchange, @Param('user') user: string) {
    return this.admin.read(exchange, 'User', (document) => getUser(document, user));
  }

  @Put(':user')
  update(
    @OfExchange() exchange: Exchange,
    @Param('user') user: string,
    @Body(new DtoPipe(async () => (await import('./users.dto.js')).UpdateUserBody, 422)) body: UpdateUserBody,
  ) {
    return this.admin.change(exchange, {
      operation: 'user.update',
      message: 'User updated',
      apply: (document) => {
        updateUser(document, user, body.new_email);
        return null;
      },
    });
  }

  @Delete(':user')
  remove(
    @OfExchange() exchange: Exchange,
    @Param('user') user: string,
    @Body(new DtoPipe(async () => (await import('./users.dto.js')).DeleteUserBody, 422)) body: DeleteUserBody,
  ) {
    return this.admin.change(exchange, {
      operation: 'user.delete',
      message: 'User deleted',
      apply: (document) => {
        deleteUser(document, user, body.force === true);
        return null;
      },
    });
  }

  @Get(':user/projects')
  projects(
    @OfExchange() exchange: Exchange,
    @Param('user') user: string,
    @Query(new DtoPipe(PAGE, 422)) query: PageQuery,
  ) {
    const term = query.q?.toLowerCase() ?? '';
    return this.admin.list(exchange, query, 'Projects of the user', (document) =>
      listProjectsOf(document, user).filter(({ project_name }) => project_name.toLowerCase().includes(term)),
    );
  }

  @Get(':user/api-keys')
  async keys(
    @OfExchange() exchange: Exchange,
    @Param('user') user: string,
    @Query(new DtoPipe(async () => (await import('./page.dto.js')).KeysQuery, 422)) query: KeysQuery,
  ) {
    const term = query.q?.toLowerCase() ?? '';
    const times = await this.uses.times({ user });
    return this.admin.list(exchange, query, 'API keys of the user', (document) =>
      listKeys(document, { user, project: query.project_identifier }, times).filter(({ name }) =>
        (name ?? '').toLowerCase().includes(term),
      ),
    );
  }

  @Post(':user/api-keys')
  async generate(
    @OfExchange() exchange: Exchange,
    @Param('user') user: string,
    @Body(new DtoPipe(async () => (await import('./users.dto.js')).GenerateKeyBody, 422)) body: GenerateKeyBody,
  ) {
    const { project_id, project_name } = body;
    const { wishesOf } = await import('./users.dto.js');
    return this.admin.change(exchange, {
      operation: 'api_key.generate',
      message: 'API key made; it is shown this once',
      target: { project: project_id ?? project_name },
      apply: (document) => generateKey(document, user, oneOf({ project_id, project_name }), wishesOf(body)),
    });
  }

  @Delete(':user/api-keys')
  @UseGuards(EmptyBodyGuard)
  removeKeys(@OfExchange() exchange: Exchange, @Param('user') user: string) {
    return this.admin.change(exchange, {
      operation: 'api_key.delete_all',
      message: 'API keys of the user deleted',
      apply: (document) => {
        deleteKeysOf(document, user);
        return null;
      },
    });
  }
}
