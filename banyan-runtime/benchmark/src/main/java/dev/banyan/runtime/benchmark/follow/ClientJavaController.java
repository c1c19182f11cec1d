package dev.banyan.runtime.benchmark.follow;

import io.kubernetes.client.extended.controller.Controller;
import io.kubernetes.client.extended.controller.builder.ControllerBuilder;
import io.kubernetes.client.extended.controller.reconciler.Result;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import java.util.Optional;

/** The controller of the official Java client with a reconciler that does nothing, and as many workers as Banyan's has by default. */
final class ClientJavaController implements Subject {
    private static final int WORKERS = 8;

    private final SharedInformerFactory factory;
    private final SharedIndexInformer<V1ConfigMap> informer;
    private Optional<Controller> controller = Optional.empty();

    ClientJavaController(String url) {
        this.factory = ClientJava.factory(url);
        this.informer = factory.getExistingSharedIndexInformer(V1ConfigMap.class);
    }

    @Override
    public void start(Runnable told) {
        var built = ControllerBuilder.defaultBuilder(factory)
                .watch(queue -> ControllerBuilder.controllerWatchBuilder(V1ConfigMap.class, queue)
                        .build())
                .withReconciler(request -> {
                    told.run();
                    return new Result(false);
                })
                .withReadyFunc(informer::hasSynced)
                .withWorkerCount(WORKERS)
                .withName("benchmark")
                .build();
        controller = Optional.of(built);
        factory.startAllRegisteredInformers();
        Thread.ofPlatform().daemon().start(built);
    }

    @Override
    public boolean has(int objects) {
        return informer.hasSynced() && informer.getIndexer().listKeys().size() == objects;
    }

    @Override
    public void close() {
        controller.ifPresent(Controller::shutdown);
        factory.stopAllRegisteredInformers();
    }
}
