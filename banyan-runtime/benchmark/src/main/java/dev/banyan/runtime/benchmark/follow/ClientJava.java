package dev.banyan.runtime.benchmark.follow;

import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;

/** The informer of the official Java client with one handler. */
final class ClientJava implements Subject {
    private final SharedInformerFactory factory;
    private final SharedIndexInformer<V1ConfigMap> informer;

    ClientJava(String url) {
        this.factory = factory(url);
        this.informer = factory.getExistingSharedIndexInformer(V1ConfigMap.class);
    }

    /** With an informer of config maps, as its examples make one. */
    static SharedInformerFactory factory(String url) {
        var client = new ApiClient();
        client.setBasePath(url);
        client.setReadTimeout(0);
        var api = new CoreV1Api(client);
        var factory = new SharedInformerFactory(client);
        var unused = factory.sharedIndexInformerFor(
                params -> api.listConfigMapForAllNamespaces()
                        .resourceVersion(params.resourceVersion)
                        .timeoutSeconds(params.timeoutSeconds)
                        .watch(params.watch)
                        .buildCall(null),
                V1ConfigMap.class,
                V1ConfigMapList.class);
        return factory;
    }

    @Override
    public void start(Runnable told) {
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(V1ConfigMap object) {
                told.run();
            }

            @Override
            public void onUpdate(V1ConfigMap before, V1ConfigMap now) {
                told.run();
            }

            @Override
            public void onDelete(V1ConfigMap object, boolean unknown) {
                told.run();
            }
        });
        factory.startAllRegisteredInformers();
    }

    @Override
    public boolean has(int objects) {
        return informer.hasSynced() && informer.getIndexer().listKeys().size() == objects;
    }

    @Override
    public void close() {
        factory.stopAllRegisteredInformers();
    }
}
