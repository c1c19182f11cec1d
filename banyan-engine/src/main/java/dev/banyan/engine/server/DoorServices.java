package dev.banyan.engine.server;

import dev.banyan.api.v1.AcceptRestoreRequest;
import dev.banyan.api.v1.AcceptRestoreResponse;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.ApplyResponse;
import dev.banyan.api.v1.ClusterGrpc;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.CreateTokenResponse;
import dev.banyan.api.v1.DeploymentsGrpc;
import dev.banyan.api.v1.EnrollmentGrpc;
import dev.banyan.api.v1.JoinRequest;
import dev.banyan.api.v1.JoinResponse;
import dev.banyan.api.v1.KindDefinitionsGrpc;
import dev.banyan.api.v1.PlanResponse;
import dev.banyan.api.v1.RegisterKindRequest;
import dev.banyan.api.v1.RegisterKindResponse;
import dev.banyan.api.v1.RemoveKindRequest;
import dev.banyan.api.v1.RemoveKindResponse;
import dev.banyan.api.v1.RemoveRequest;
import dev.banyan.api.v1.RemoveResponse;
import dev.banyan.api.v1.RemoveVolumeRequest;
import dev.banyan.api.v1.RemoveVolumeResponse;
import dev.banyan.api.v1.RenewRequest;
import dev.banyan.api.v1.RenewResponse;
import dev.banyan.api.v1.ScaleRequest;
import dev.banyan.api.v1.ScaleResponse;
import dev.banyan.api.v1.StatusRequest;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.api.v1.VolumesGrpc;
import dev.banyan.engine.server.call.Answers;
import dev.banyan.engine.server.call.Caller;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The services that only hand on. */
final class DoorServices {
    private DoorServices() {}

    static List<BindableService> of(Doors doors) {
        return List.of(
                new Enrollment(doors.enrolment()),
                new Deployments(doors.apps()),
                new Volumes(doors.apps()),
                new Cluster(doors.cluster()),
                new KindDefinitions(doors.kinds()));
    }

    private static final class Enrollment extends EnrollmentGrpc.EnrollmentImplBase {
        private final Doors.Enrolment door;

        Enrollment(Doors.Enrolment door) {
            this.door = door;
        }

        @Override
        public void join(JoinRequest request, StreamObserver<JoinResponse> reply) {
            var caller = Caller.current();
            Answers.unary(reply, () -> door.join(request, caller.serverDigest()));
        }

        @Override
        public void renew(RenewRequest request, StreamObserver<RenewResponse> reply) {
            var caller = Caller.current();
            Answers.unary(reply, () -> door.renew(request, caller.member(), caller.serverDigest()));
        }

        @Override
        public void createToken(CreateTokenRequest request, StreamObserver<CreateTokenResponse> reply) {
            Answers.unary(reply, () -> door.createToken(request));
        }
    }

    private static final class Deployments extends DeploymentsGrpc.DeploymentsImplBase {
        private final Doors.Apps door;

        Deployments(Doors.Apps door) {
            this.door = door;
        }

        @Override
        public void apply(ApplyRequest request, StreamObserver<ApplyResponse> reply) {
            var caller = Caller.current().member();
            Answers.unary(reply, () -> door.apply(request, caller));
        }

        @Override
        public void plan(ApplyRequest request, StreamObserver<PlanResponse> reply) {
            var caller = Caller.current().member();
            Answers.unary(reply, () -> door.plan(request, caller));
        }

        @Override
        public void scale(ScaleRequest request, StreamObserver<ScaleResponse> reply) {
            var caller = Caller.current().member();
            Answers.unary(reply, () -> door.scale(request, caller));
        }

        @Override
        public void remove(RemoveRequest request, StreamObserver<RemoveResponse> reply) {
            var caller = Caller.current().member();
            Answers.unary(reply, () -> door.remove(request, caller));
        }
    }

    private static final class Volumes extends VolumesGrpc.VolumesImplBase {
        private final Doors.Apps door;

        Volumes(Doors.Apps door) {
            this.door = door;
        }

        @Override
        public void remove(RemoveVolumeRequest request, StreamObserver<RemoveVolumeResponse> reply) {
            var caller = Caller.current().member();
            Answers.unary(reply, () -> door.removeVolume(request, caller));
        }
    }

    private static final class Cluster extends ClusterGrpc.ClusterImplBase {
        private final Doors.ClusterView door;

        Cluster(Doors.ClusterView door) {
            this.door = door;
        }

        @Override
        public void status(StatusRequest request, StreamObserver<StatusResponse> reply) {
            Answers.unary(reply, door::status);
        }

        @Override
        public void acceptRestore(AcceptRestoreRequest request, StreamObserver<AcceptRestoreResponse> reply) {
            var caller = Caller.current().member();
            Answers.unary(reply, () -> door.acceptRestore(request, caller));
        }
    }

    private static final class KindDefinitions extends KindDefinitionsGrpc.KindDefinitionsImplBase {
        private final Doors.Definitions door;

        KindDefinitions(Doors.Definitions door) {
            this.door = door;
        }

        @Override
        public void register(RegisterKindRequest request, StreamObserver<RegisterKindResponse> reply) {
            var caller = Caller.current().member();
            Answers.unary(reply, () -> door.register(request, caller));
        }

        @Override
        public void remove(RemoveKindRequest request, StreamObserver<RemoveKindResponse> reply) {
            var caller = Caller.current().member();
            Answers.unary(reply, () -> door.remove(request, caller));
        }
    }
}
