package dev.banyan.simulated.wire;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.election.Shards;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A controller that counts on each share its engine owns, from what its cache shows. It takes its time between reading and writing, and whoever
 * owns a share anew must have seen all that was counted before.
 */
final class ShareWriter {
    static final Kind<Mark, String> SHARES =
            new Kind<>("shares", Kind.Scope.NAMESPACED, Codec.ofText(Mark.NONE, Mark::toString, Mark::of), Codec.TEXT);

    private static final int COUNT = 4;
    private static final int PERIOD_MAX_MS = 1_500;
    private static final Duration RETRY = Duration.ofMillis(200);
    private static final int THOUGHT_MAX_MS = 200;

    private final Env env;
    private final String name;
    private final Membership membership;
    private final Shards shards;
    private final Informer<Mark, String> shares;
    private final Controller controller;
    private final Set<String> begun = new HashSet<>(); // keys and views
    private final Map<ObjectKey, Long> due = new HashMap<>();

    ShareWriter(Env env, Membership membership, Store store) {
        this.env = env;
        this.name = membership.id();
        this.membership = membership;
        this.shards = new Shards(membership, store, env);
        this.shares = Informer.of(SHARES, store, env).build();
        this.controller = shards.controller(
                Controller.named("shares", env).watches(shares), own -> request -> count(request, own));
    }

    static List<ObjectKey> keys() {
        return IntStream.rangeClosed(1, COUNT)
                .mapToObj(number -> SHARES.key("default", "s" + number))
                .toList();
    }

    void start() {
        shards.start();
        shares.start();
        controller.start();
    }

    private Result count(Request request, Store own) throws InterruptedException {
        var view = membership.view();
        var share = shares.lister().get(request.key());
        long wait = due.getOrDefault(request.key(), 0L) - env.time().nanos();
        if (view.isEmpty() || share.isEmpty() || wait > 0) {
            return Result.requeueAfter(Duration.ofNanos(Math.max(wait, RETRY.toNanos())));
        }
        var ignored = env.signal().await(Duration.ofMillis(1 + env.random().nextInt(THOUGHT_MAX_MS)));
        long fence = view.get().revision();
        boolean first = begun.add(fence + " " + request.key());
        var outcome = counted(share.get(), fence, own);
        if (first && outcome instanceof WriteOutcome.Conflict) {
            env.tasks().spawn("broken law", () -> {
                throw new AssertionError(name + " began on " + request.key() + " under view " + fence
                        + " without having seen what was written before");
            });
        }
        var pause = Duration.ofMillis(1 + env.random().nextInt(PERIOD_MAX_MS));
        due.put(request.key(), env.time().nanos() + pause.toNanos());
        return Result.requeueAfter(pause);
    }

    private WriteOutcome counted(Resource<Mark, String> share, long fence, Store own) {
        var base = SHARES.encode(share);
        var next = new Mark(fence, name, share.spec().number() + 1);
        var draft = Draft.from(base).withSpec(SHARES.spec().encode(next));
        try {
            return own.commit(Commit.of(new Write.Update(base, draft)));
        } catch (StoreException away) {
            return new WriteOutcome.Unavailable(String.valueOf(away.getMessage()));
        }
    }
}
