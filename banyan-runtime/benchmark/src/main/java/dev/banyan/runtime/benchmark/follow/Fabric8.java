package dev.banyan.runtime.benchmark.follow;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;

/** The informer of fabric8's client with one handler. */
final class Fabric8 implements Subject {
    private final KubernetesClient client;
    private final SharedIndexInformer<ConfigMap> informer;

    Fabric8(String url) {
        this.client = new KubernetesClientBuilder().withConfig(config(url)).build();
        this.informer = client.configMaps().inAnyNamespace().runnableInformer(0);
    }

    /** Nothing of the machine's surroundings. */
    static Config config(String url) {
        return new ConfigBuilder(Config.empty()).withMasterUrl(url).build();
    }

    @Override
    public void start(Runnable told) {
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(ConfigMap object) {
                told.run();
            }

            @Override
            public void onUpdate(ConfigMap before, ConfigMap now) {
                told.run();
            }

            @Override
            public void onDelete(ConfigMap object, boolean unknown) {
                told.run();
            }
        });
        var unused = informer.start();
    }

    @Override
    public boolean has(int objects) {
        return informer.hasSynced() && informer.getIndexer().listKeys().size() == objects;
    }

    @Override
    public void close() {
        informer.close();
        client.close();
    }
}
