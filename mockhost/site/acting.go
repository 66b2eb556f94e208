package site

import "context"

type actorKey struct{}

// WithActor has what is done with the context done by a person of the site, such as whoever signed in
// to the add-on manager. Without it the site's Administrator acts.
func WithActor(ctx context.Context, u User) context.Context {
	return context.WithValue(ctx, actorKey{}, u)
}

// ActorIn is who WithActor named.
func ActorIn(ctx context.Context) (u User, ok bool) {
	u, ok = ctx.Value(actorKey{}).(User)
	return u, ok
}
