package dev.banyan.runtime.benchmark.follow;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;

/** A controller of java-operator-sdk with a reconciler that does nothing. */
final class OperatorSdk implements Subject {
    private final Operator operator;
    private volatile boolean started;

    OperatorSdk(String url) {
        var client =
                new KubernetesClientBuilder().withConfig(Fabric8.config(url)).build();
        this.operator = new Operator(overrider -> overrider
                .withKubernetesClient(client)
                .checkingCRDAndValidateLocalModel(false)
                .withCloseClientOnStop(true));
    }

    /** Config maps have no generation. */
    @ControllerConfiguration(name = "benchmark", generationAwareEventProcessing = false)
    private static final class Idle implements Reconciler<ConfigMap> {
        private final Runnable told;

        Idle(Runnable told) {
            this.told = told;
        }

        @Override
        public UpdateControl<ConfigMap> reconcile(ConfigMap object, Context<ConfigMap> context) {
            told.run();
            return UpdateControl.noUpdate();
        }
    }

    /** Starting it waits for its first list. */
    @Override
    public void start(Runnable told) {
        var unused = operator.register(new Idle(told));
        operator.start();
        started = true;
    }

    @Override
    public boolean has(int objects) {
        return started;
    }

    @Override
    public void close() {
        operator.stop();
    }
}
