// Every URL of the app, with what its query may say: the map of the app.

import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { funnelSearch } from './analytics/search';
import { boardSearch, ownBoardSearch } from './board/search';
import { checkInSearch } from './check-in/search';
import { importSearch } from './imports/search';
import { jobsSearch } from './jobs/search';
import { conversationsSearch, doubtSearch } from './outreach/search';
import { peopleSearch, personSearch } from './people/search';
import { projectsSearch } from './projects/search';
import { decideSearch, jobReviewsSearch, newReviewSearch, reviewsSearch } from './reviews/search';
import { BrokenScreen } from './shell/broken-screen';
import { NotFoundPage } from './shell/not-found-page';
import { landingOf } from './shell/places';
import { Shell } from './shell/shell';
import type { Viewer } from './shell/viewer';

export interface RouterContext {
  readonly viewer: Viewer;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Shell, notFoundComponent: NotFoundPage });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ to: landingOf(context.viewer), replace: true });
  },
});

const today = createRoute({
  getParentRoute: () => root,
  path: '/today',
  component: lazyRouteComponent(() => import('./today/screen'), 'TodayScreen'),
});

const jobs = createRoute({
  getParentRoute: () => root,
  path: '/jobs',
  validateSearch: jobsSearch,
  component: lazyRouteComponent(() => import('./jobs/screen'), 'JobsScreen'),
});

const board = createRoute({
  getParentRoute: () => root,
  path: '/jobs/$job/board',
  validateSearch: boardSearch,
  component: lazyRouteComponent(() => import('./board/screen'), 'BoardScreen'),
});

const ownBoard = createRoute({
  getParentRoute: () => root,
  path: '/board',
  validateSearch: ownBoardSearch,
  component: lazyRouteComponent(() => import('./board/own-screen'), 'OwnBoardScreen'),
});

const jobAnalytics = createRoute({
  getParentRoute: () => root,
  path: '/jobs/$job/analytics',
  validateSearch: funnelSearch,
  component: lazyRouteComponent(() => import('./analytics/screen'), 'JobAnalyticsScreen'),
});

const checkIn = createRoute({
  getParentRoute: () => root,
  path: '/jobs/$job/check-in',
  validateSearch: checkInSearch,
  component: lazyRouteComponent(() => import('./check-in/screen'), 'CheckInScreen'),
});

const jobReviews = createRoute({
  getParentRoute: () => root,
  path: '/jobs/$job/reviews',
  validateSearch: jobReviewsSearch,
  component: lazyRouteComponent(() => import('./reviews/job-screen'), 'JobReviewsScreen'),
});

const reviews = createRoute({
  getParentRoute: () => root,
  path: '/reviews',
  validateSearch: reviewsSearch,
  component: lazyRouteComponent(() => import('./reviews/screen'), 'ReviewsScreen'),
});

const newReview = createRoute({
  getParentRoute: () => root,
  path: '/reviews/new',
  validateSearch: newReviewSearch,
  component: lazyRouteComponent(() => import('./reviews/new-screen'), 'NewReviewScreen'),
});

const review = createRoute({
  getParentRoute: () => root,
  path: '/reviews/$review',
  component: lazyRouteComponent(() => import('./reviews/review-screen'), 'ReviewScreen'),
});

const decide = createRoute({
  getParentRoute: () => root,
  path: '/reviews/$review/decide',
  validateSearch: decideSearch,
  component: lazyRouteComponent(() => import('./reviews/decide-screen'), 'DecideScreen'),
});

const jobOutreach = createRoute({
  getParentRoute: () => root,
  path: '/jobs/$job/outreach',
  component: lazyRouteComponent(() => import('./outreach/job-screen'), 'JobOutreachScreen'),
});

const people = createRoute({
  getParentRoute: () => root,
  path: '/people',
  validateSearch: peopleSearch,
  component: lazyRouteComponent(() => import('./people/screen'), 'PeopleScreen'),
});

const person = createRoute({
  getParentRoute: () => root,
  path: '/people/$person',
  validateSearch: personSearch,
  component: lazyRouteComponent(() => import('./people/person-screen'), 'PersonScreen'),
});

const duplicates = createRoute({
  getParentRoute: () => root,
  path: '/people/duplicates',
  component: lazyRouteComponent(() => import('./people/duplicates-screen'), 'DuplicatesScreen'),
});

const newPerson = createRoute({
  getParentRoute: () => root,
  path: '/people/new',
  component: lazyRouteComponent(() => import('./people/new-person-screen'), 'NewPersonScreen'),
});

const projects = createRoute({
  getParentRoute: () => root,
  path: '/people/projects',
  validateSearch: projectsSearch,
  component: lazyRouteComponent(() => import('./projects/screen'), 'ProjectsScreen'),
});

const project = createRoute({
  getParentRoute: () => root,
  path: '/people/projects/$project',
  component: lazyRouteComponent(() => import('./projects/project-screen'), 'ProjectScreen'),
});

const imports = createRoute({
  getParentRoute: () => root,
  path: '/people/import',
  component: lazyRouteComponent(() => import('./imports/begin-screen'), 'BeginImportScreen'),
});

const importOf = createRoute({
  getParentRoute: () => root,
  path: '/people/import/$import',
  validateSearch: importSearch,
  component: lazyRouteComponent(() => import('./imports/screen'), 'ImportScreen'),
});

const outreach = createRoute({
  getParentRoute: () => root,
  path: '/outreach',
  beforeLoad: () => {
    throw redirect({ to: '/outreach/conversations', replace: true });
  },
});

const conversations = createRoute({
  getParentRoute: () => root,
  path: '/outreach/conversations',
  validateSearch: conversationsSearch,
  component: lazyRouteComponent(() => import('./outreach/conversations-screen'), 'ConversationsScreen'),
});

const inDoubt = createRoute({
  getParentRoute: () => root,
  path: '/outreach/in-doubt',
  validateSearch: doubtSearch,
  component: lazyRouteComponent(() => import('./outreach/in-doubt-screen'), 'InDoubtScreen'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/connections', replace: true });
  },
});

const connections = createRoute({
  getParentRoute: () => root,
  path: '/settings/connections',
  component: lazyRouteComponent(() => import('./settings/connections-screen'), 'ConnectionsScreen'),
});

const mailbox = createRoute({
  getParentRoute: () => root,
  path: '/settings/mailbox',
  component: lazyRouteComponent(() => import('./settings/mailbox-screen'), 'MailboxScreen'),
});

const templates = createRoute({
  getParentRoute: () => root,
  path: '/settings/templates',
  component: lazyRouteComponent(() => import('./settings/templates-screen'), 'TemplatesScreen'),
});

const suppression = createRoute({
  getParentRoute: () => root,
  path: '/settings/suppression',
  component: lazyRouteComponent(() => import('./settings/suppression-screen'), 'SuppressionScreen'),
});

const preferences = createRoute({
  getParentRoute: () => root,
  path: '/settings/preferences',
  component: lazyRouteComponent(() => import('./settings/preferences-screen'), 'PreferencesScreen'),
});

const workingTime = createRoute({
  getParentRoute: () => root,
  path: '/settings/working-time',
  component: lazyRouteComponent(() => import('./settings/working-time-screen'), 'WorkingTimeScreen'),
});

const diversity = createRoute({
  getParentRoute: () => root,
  path: '/settings/diversity',
  component: lazyRouteComponent(() => import('./settings/diversity-screen'), 'DiversityScreen'),
});

const directory = createRoute({
  getParentRoute: () => root,
  path: '/settings/people',
  component: lazyRouteComponent(() => import('./settings/people-screen'), 'PeopleScreen'),
});

const team = createRoute({
  getParentRoute: () => root,
  path: '/jobs/$job/team',
  component: lazyRouteComponent(() => import('./jobs/team-screen'), 'TeamScreen'),
});

export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren([
      home,
      today,
      jobs,
      board,
      ownBoard,
      jobReviews,
      jobAnalytics,
      checkIn,
      reviews,
      newReview,
      review,
      decide,
      jobOutreach,
      people,
      person,
      newPerson,
      projects,
      project,
      duplicates,
      imports,
      importOf,
      outreach,
      conversations,
      inDoubt,
      settings,
      connections,
      mailbox,
      templates,
      suppression,
      preferences,
      workingTime,
      diversity,
      directory,
      team,
    ]),
    // The app gives it with every rendering.
    context: { viewer: undefined as unknown as Viewer },
    defaultPreload: 'intent',
    defaultPreloadDelay: 80,
    scrollRestoration: true,
    defaultErrorComponent: BrokenScreen,
    // Values are plain text: what looks like a number stays as it is written.
    parseSearch: (query) => Object.fromEntries(new URLSearchParams(query)),
    stringifySearch: (search) => {
      const given = Object.entries(search).filter(([, value]) => value !== undefined);
      const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
      return query && `?${query}`;
    },
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter;
  }
}
