package dev.banyan.engine.server;

import dev.banyan.api.v1.ContentsGrpc;
import dev.banyan.api.v1.MaterialGrpc;
import dev.banyan.api.v1.MaterialPart;
import dev.banyan.api.v1.MissingContentsRequest;
import dev.banyan.api.v1.MissingContentsResponse;
import dev.banyan.api.v1.OpenMaterialRequest;
import dev.banyan.api.v1.PutContentRequest;
import dev.banyan.api.v1.PutContentResponse;
import dev.banyan.api.v1.RemoveValueRequest;
import dev.banyan.api.v1.RemoveValueResponse;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.v1.SetValueResponse;
import dev.banyan.api.v1.ValuesGrpc;
import dev.banyan.engine.server.call.Answers;
import dev.banyan.engine.server.call.Caller;
import dev.banyan.engine.server.call.Outbound;
import dev.banyan.runtime.env.Env;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The services for contents, values and material, which hand on to a door. */
final class SealedServices {
    private SealedServices() {}

    static List<BindableService> of(Doors.Sealed door, Env env) {
        return List.of(new Contents(door), new Values(door), new Material(door, env));
    }

    private static final class Contents extends ContentsGrpc.ContentsImplBase {
        private final Doors.Sealed door;

        Contents(Doors.Sealed door) {
            this.door = door;
        }

        @Override
        public void missing(MissingContentsRequest request, StreamObserver<MissingContentsResponse> reply) {
            Answers.unary(reply, () -> door.missing(request));
        }

        @Override
        public void put(PutContentRequest request, StreamObserver<PutContentResponse> reply) {
            Answers.unary(reply, () -> door.put(request));
        }
    }

    private static final class Values extends ValuesGrpc.ValuesImplBase {
        private final Doors.Sealed door;

        Values(Doors.Sealed door) {
            this.door = door;
        }

        @Override
        public void set(SetValueRequest request, StreamObserver<SetValueResponse> reply) {
            Answers.unary(reply, () -> door.set(request));
        }

        @Override
        public void remove(RemoveValueRequest request, StreamObserver<RemoveValueResponse> reply) {
            Answers.unary(reply, () -> door.remove(request));
        }
    }

    private static final class Material extends MaterialGrpc.MaterialImplBase {
        private final Doors.Sealed door;
        private final Env env;

        Material(Doors.Sealed door, Env env) {
            this.door = door;
            this.env = env;
        }

        @Override
        public void open(OpenMaterialRequest request, StreamObserver<MaterialPart> reply) {
            var caller = Caller.current().member();
            var outbound = Outbound.of(reply, env, () -> {});
            env.tasks().spawn("material", () -> {
                try {
                    door.open(request, caller, outbound::send);
                    outbound.complete();
                } catch (RuntimeException failure) {
                    outbound.fail(failure);
                }
            });
        }
    }
}
