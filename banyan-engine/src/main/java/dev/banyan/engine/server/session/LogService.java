package dev.banyan.engine.server.session;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.LogsGrpc;
import dev.banyan.engine.server.call.Answers;
import dev.banyan.engine.server.call.Outbound;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.LabelSelector.Requirement;
import dev.banyan.runtime.store.Selection;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;

/** Logs of an app's containers, from the agents that run them. */
final class LogService extends LogsGrpc.LogsImplBase {
    private final LogReading.Surroundings around;

    LogService(LogReading.Surroundings around) {
        this.around = around;
    }

    @Override
    public void read(LogRequest request, StreamObserver<LogLine> reply) {
        var outbound = Outbound.of(reply, around.env(), () -> {});
        around.env().tasks().spawn("logs", () -> {
            try {
                new LogReading(around, request, outbound).run(selection(request));
                outbound.complete();
            } catch (RuntimeException failure) {
                outbound.fail(failure);
            }
        });
    }

    private static Selection selection(LogRequest request) {
        if (request.getNamespace().isEmpty() || request.getDeployment().isEmpty()) {
            throw Answers.rejected("deployment", "namespace and deployment are needed");
        }
        var requirements = new ArrayList<Requirement>();
        requirements.add(new Requirement.In(Labels.DEPLOYMENT, Set.of(request.getDeployment())));
        var services = new HashSet<>(request.getServicesList());
        if (!request.getService().isEmpty()) {
            services.add(request.getService());
        }
        if (!services.isEmpty()) {
            requirements.add(new Requirement.In(Labels.SERVICE, services));
        }
        var all = Selection.of(Kinds.TASKS.name()).in(request.getNamespace()).labelled(new LabelSelector(requirements));
        return request.getTask().isEmpty()
                ? all
                : new Selection(
                        all.kind(),
                        all.namespace(),
                        java.util.Optional.of(request.getTask()),
                        all.labels(),
                        all.detail());
    }
}
