package dev.banyan.engine;

import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.ApplyResponse;
import dev.banyan.api.v1.PlanResponse;
import dev.banyan.api.v1.RemoveRequest;
import dev.banyan.api.v1.RemoveResponse;
import dev.banyan.api.v1.RemoveVolumeRequest;
import dev.banyan.api.v1.RemoveVolumeResponse;
import dev.banyan.api.v1.ScaleRequest;
import dev.banyan.api.v1.ScaleResponse;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.admission.Admission;
import dev.banyan.engine.admission.Application;
import dev.banyan.engine.admission.Outlook;
import dev.banyan.engine.admission.Verdict;
import dev.banyan.engine.admission.VolumeRemoval;
import dev.banyan.engine.deployment.DeploymentSource;
import dev.banyan.engine.deployment.Forecast;
import dev.banyan.engine.server.Doors;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the API's requests about apps to admission and its verdicts back, and has what was accepted recorded. */
final class AdmissionDoor implements Doors.Apps {
    private static final Logger LOG = LoggerFactory.getLogger(AdmissionDoor.class);

    private final Admission admission;
    private final VolumeRemoval volumes;
    private final EventRecorder events;
    private final Supplier<DeploymentSource> known;

    /** {@code known} is what the deployment controller would read now. */
    AdmissionDoor(Admission admission, VolumeRemoval volumes, EventRecorder events, Supplier<DeploymentSource> known) {
        this.admission = admission;
        this.volumes = volumes;
        this.events = events;
        this.known = known;
    }

    @Override
    public ApplyResponse apply(ApplyRequest request, SpiffeId caller) {
        if (request.getForeseenImagesCount() > 0) {
            var why = "is for a plan alone; bring the images into the cluster, and apply with their digests";
            throw new ApiException(
                    Reason.REJECTED, "1 reason to refuse", Map.of(), List.of(new Violation("foreseen_images", why)));
        }
        var admitted = admitted(admission.apply(application(request, caller), request.getImageDigestsMap()));
        if (admitted.changed()) {
            var why = request.getReason().isEmpty() ? "" : ": " + request.getReason();
            record(
                    request.getNamespace(),
                    admitted,
                    "ReleaseAccepted",
                    "release " + admitted.release() + by(caller) + why);
        }
        return ApplyResponse.newBuilder()
                .setDeployment(admitted.deployment())
                .setRelease(admitted.release())
                .setRevision(admitted.revision())
                .setChanged(admitted.changed())
                .build();
    }

    @Override
    public PlanResponse plan(ApplyRequest request, SpiffeId caller) {
        return switch (admission.plan(
                application(request, caller), request.getImageDigestsMap(), request.getForeseenImagesMap())) {
            case Outlook.Otherwise(Verdict verdict) ->
                throw new IllegalStateException("planned and " + admitted(verdict));
            case Outlook.Admissible admissible -> {
                var foreseen =
                        Forecast.of(admissible.key(), admissible.deployment(), admissible.release(), known.get());
                yield PlanResponse.newBuilder()
                        .setDeployment(admissible.key().name())
                        .setRelease(admissible.release().getNumber())
                        .setChanged(admissible.changed())
                        .addAllServices(foreseen.services())
                        .addAllTasks(foreseen.tasks())
                        .addAllPortsClaimed(ports(admissible.claimed()))
                        .addAllPortsReleased(ports(admissible.released()))
                        .build();
            }
        };
    }

    /** {@code port.tcp.8080} for people. */
    private static List<String> ports(List<String> claims) {
        return claims.stream()
                .map(claim -> claim.replaceFirst("^port\\.", "").replace('.', '/'))
                .toList();
    }

    private static Application application(ApplyRequest request, SpiffeId caller) {
        return new Application(
                request.getNamespace(),
                request.getManifest(),
                request.getTagsList(),
                request.getExpectedRevision(),
                caller.name(),
                request.getReason());
    }

    @Override
    public ScaleResponse scale(ScaleRequest request, SpiffeId caller) {
        var replicas = request.getReplicasMap().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        var admitted = admitted(admission.scale(request.getNamespace(), request.getDeployment(), replicas));
        if (admitted.changed()) {
            var wanted = new TreeMap<>(replicas)
                    .entrySet().stream()
                            .map(entry -> entry.getKey() + " to " + entry.getValue())
                            .collect(Collectors.joining(", "));
            record(request.getNamespace(), admitted, "Scaled", wanted + by(caller));
        }
        return ScaleResponse.newBuilder().setRevision(admitted.revision()).build();
    }

    @Override
    public RemoveResponse remove(RemoveRequest request, SpiffeId caller) {
        var app = request.getDeployment();
        var going = request.getVolumes() ? volumes.ofApp(request.getNamespace(), app) : List.<Write.Delete>of();
        var admitted = admitted(admission.remove(request.getNamespace(), app, going));
        record(request.getNamespace(), admitted, "RemovalAccepted", "asked" + by(caller));
        return RemoveResponse.newBuilder()
                .setRevision(admitted.revision())
                .addAllVolumes(going.stream().map(volume -> volume.key().name()).toList())
                .build();
    }

    @Override
    public RemoveVolumeResponse removeVolume(RemoveVolumeRequest request, SpiffeId caller) {
        var name = request.getVolume();
        return switch (volumes.remove(request.getNamespace(), name, request.getForce())) {
            case VolumeRemoval.Outcome.Removing removing -> {
                LOG.atInfo()
                        .addKeyValue("volume", name)
                        .addKeyValue("by", caller.name())
                        .log("volume is being removed");
                yield RemoveVolumeResponse.newBuilder()
                        .setRevision(removing.revision())
                        .build();
            }
            case VolumeRemoval.Outcome.Unknown unknown ->
                throw new ApiException(Reason.NOT_FOUND, "there is no volume " + name);
            case VolumeRemoval.Outcome.Refused refused ->
                throw new ApiException(Reason.CONFLICT, "volume " + name + " cannot be removed: " + refused.reason());
            case VolumeRemoval.Outcome.Failed failed ->
                throw new ApiException(reason(failed.outcome()), words(failed.outcome()));
        };
    }

    private void record(String namespace, Verdict.Admitted admitted, String reason, String message) {
        events.normal(Kinds.DEPLOYMENTS.key(namespace, admitted.deployment()), reason, message);
    }

    private static String by(SpiffeId caller) {
        return " by " + caller.name();
    }

    private static Verdict.Admitted admitted(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Admitted admitted -> admitted;
            case Verdict.Refused refused ->
                throw new ApiException(
                        Reason.REJECTED,
                        refused.violations().size() + " reasons to refuse",
                        Map.of(),
                        refused.violations());
            case Verdict.Overtaken overtaken ->
                throw new ApiException(
                        Reason.CONFLICT,
                        "app " + overtaken.deployment() + " was changed meanwhile"
                                + (overtaken.author().isEmpty() ? "" : " by " + overtaken.author()));
            case Verdict.Unknown unknown ->
                throw new ApiException(Reason.NOT_FOUND, "there is no app " + unknown.deployment());
            case Verdict.Failed failed -> throw new ApiException(reason(failed.outcome()), words(failed.outcome()));
        };
    }

    private static Reason reason(WriteOutcome outcome) {
        return switch (outcome) {
            case WriteOutcome.Unknown unknown -> Reason.OUTCOME_UNKNOWN;
            case WriteOutcome.TooLarge large -> Reason.TOO_LARGE;
            case WriteOutcome.Denied denied -> Reason.DENIED;
            default -> Reason.UNAVAILABLE;
        };
    }

    private static String words(WriteOutcome outcome) {
        return switch (outcome) {
            case WriteOutcome.Unavailable unavailable -> "the store does not answer: " + unavailable.reason();
            case WriteOutcome.Unknown unknown -> "it is not known whether the change landed: " + unknown.reason();
            case WriteOutcome.TooLarge large ->
                large.key() + " is too large: " + large.bytes() + " bytes, at most " + large.limit();
            default -> outcome.toString();
        };
    }
}
