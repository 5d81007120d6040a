import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { Overview } from './overview/overview.tsx'
import { SignIn } from './sign-in.tsx'
import { SignedIn } from './signed-in.tsx'
import { pageState, readAddress, writeAddress } from './state.ts'
import { Archive } from './weekly/archive.tsx'
import { ArchivedWeek } from './weekly/archived-week.tsx'

const rootRoute = createRootRoute({ validateSearch: pageState })
const signedIn = createRoute({ getParentRoute: () => rootRoute, id: 'signed-in', component: SignedIn })

const routeTree = rootRoute.addChildren([
  createRoute({ getParentRoute: () => rootRoute, path: '/sign-in', component: SignIn }),
  signedIn.addChildren([
    createRoute({ getParentRoute: () => signedIn, path: '/', component: Overview }),
    createRoute({ getParentRoute: () => signedIn, path: '/reports', component: Archive }),
    createRoute({ getParentRoute: () => signedIn, path: '/reports/$week', component: ArchivedWeek }),
  ]),
])

export const router = createRouter({ routeTree, parseSearch: readAddress, stringifySearch: writeAddress })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
