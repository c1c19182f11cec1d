package dev.banyan.examples.expectations;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EndpointsStatus;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;

/** Compares one expectation with the endpoints of its service, and writes what it finds. */
record ExpectationReconciler(
        Store store,
        Lister<Expectation.Spec, Expectation.Status> expectations,
        Lister<EndpointsSpec, EndpointsStatus> endpoints)
        implements Reconciler {
    @Override
    public Result reconcile(Request request) {
        var found = expectations.get(request.key());
        if (found.isEmpty()) {
            return Result.done();
        }
        var expectation = found.get();
        int backends = endpoints
                .get(Kinds.ENDPOINTS.key(
                        request.key().namespace(), expectation.spec().service()))
                .map(service -> service.spec().getBackendsCount())
                .orElse(0);
        var status = judge(expectation.spec(), backends);
        if (status.equals(expectation.status())) {
            return Result.done();
        }
        var content = Expectation.KIND.status().encode(status);
        return Result.after(
                store.commit(Commit.of(new Write.UpdateStatus(request.key(), expectation.uid(), content))));
    }

    static Expectation.Status judge(Expectation.Spec wanted, int backends) {
        int missing = wanted.backends() - backends;
        return new Expectation.Status(backends, missing <= 0, missing > 0 ? missing + " missing" : "");
    }
}
