// Words for people that the generators of tone share.
import { list } from './grammar.mjs';

/** Groups in the plural. */
export const groups = list(
  `women,men,girls,boys,black people,white people,asians,latinos,hispanics,arabs,africans,mexicans,chinese people,indians,pakistanis,italians,
  irish people,russians,germans,french people,poles,turks,greeks,americans,nigerians,somalis,iranians,syrians,afghans,romanians,ukrainians,albanians,
  haitians,brazilians,colombians,koreans,japanese people,vietnamese people,filipinos,immigrants,migrants,refugees,foreigners,muslims,jews,christians,
  catholics,mormons,hindus,buddhists,sikhs,atheists,old people,the elderly,teenagers,millennials,boomers,young people,disabled people,
  deaf people,blind people,autistic people,people in wheelchairs,mentally ill people,gay people,gays,lesbians,gay men,bisexuals,trans people,
  transgender people,homosexuals,poor people,the poor,homeless people,rich people,people on welfare,working-class people,fat people,
  overweight people,short men,blondes,redheads,people with tattoos,gypsies,native americans,black men,black women,asian women,muslim women,
  single mothers,housewives,lawyers,politicians,nurses,truck drivers,construction workers,janitors,models,programmers,southerners,eastern europeans`,
);
/** One member of a group. */
export const members = list(
  `woman,man,girl,black man,black woman,white man,asian woman,asian man,hispanic man,latina,arab man,african man,mexican,chinese student,indian man,italian man,
  irishman,russian,german,frenchman,polish worker,turkish man,nigerian,somali man,iranian,syrian refugee,immigrant,foreigner,muslim man,
  muslim woman,jewish man,catholic,mormon,hindu woman,sikh man,old man,old woman,elderly lady,teenager,young woman,disabled man,deaf woman,
  blind man,autistic boy,man in a wheelchair,gay man,lesbian,trans woman,bisexual woman,poor man,homeless man,rich woman,single mother,fat woman,
  overweight man,short man,blonde,redhead,gypsy,native american,housewife,nurse,truck driver,janitor,secretary,lawyer,teenage girl,grandmother`,
);
export const names = list(
  'Anna,Ben,Carla,David,Elena,Farid,Grace,Hugo,Ines,Jamal,Kim,Leila,Marco,Nina,Omar,Paula,Raj,Sofia,Tom,Wei,Yusuf,Zoe',
);
export const roles = list(
  'admin,editor,moderator,teacher,driver,player,referee,waiter,developer,reviewer,streamer,neighbour,boss,candidate,author,seller',
);
export const things = list(
  'printer,car,phone,update,weather,traffic,meeting,recipe,movie,book,app,laptop,hotel,train,coffee,report,spreadsheet,router,keyboard,game',
);
