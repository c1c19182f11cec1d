package dev.banyan.api.kinds;

import com.google.protobuf.Message;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.api.v1.AgentSessionStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.AllocationSpec;
import dev.banyan.api.v1.AllocationStatus;
import dev.banyan.api.v1.ClaimSpec;
import dev.banyan.api.v1.ClaimStatus;
import dev.banyan.api.v1.ContentSpec;
import dev.banyan.api.v1.ContentStatus;
import dev.banyan.api.v1.ControllerSpec;
import dev.banyan.api.v1.ControllerStatus;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EndpointsStatus;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.EventStatus;
import dev.banyan.api.v1.JoinTokenSpec;
import dev.banyan.api.v1.JoinTokenStatus;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.api.v1.KindDefinitionStatus;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ReleaseStatus;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.ValueSpec;
import dev.banyan.api.v1.ValueStatus;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeStatus;
import dev.banyan.runtime.protobuf.ProtoCodec;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Kind.Scope;
import java.util.List;
import java.util.Optional;

/** Every shipped kind. What each is, and who writes it, stands at its messages in {@code kinds.proto}. */
public final class Kinds {
    public static final Kind<DeploymentSpec, DeploymentStatus> DEPLOYMENTS = kind(
            "deployments",
            Scope.NAMESPACED,
            DeploymentSpec.getDefaultInstance(),
            DeploymentStatus.getDefaultInstance());
    public static final Kind<ReleaseSpec, ReleaseStatus> RELEASES =
            kind("releases", Scope.NAMESPACED, ReleaseSpec.getDefaultInstance(), ReleaseStatus.getDefaultInstance());
    public static final Kind<TaskSpec, TaskStatus> TASKS =
            kind("tasks", Scope.NAMESPACED, TaskSpec.getDefaultInstance(), TaskStatus.getDefaultInstance());
    public static final Kind<ServiceSpec, ServiceStatus> SERVICES =
            kind("services", Scope.NAMESPACED, ServiceSpec.getDefaultInstance(), ServiceStatus.getDefaultInstance());
    public static final Kind<EndpointsSpec, EndpointsStatus> ENDPOINTS = kind(
            "endpoints", Scope.NAMESPACED, EndpointsSpec.getDefaultInstance(), EndpointsStatus.getDefaultInstance());
    public static final Kind<VolumeSpec, VolumeStatus> VOLUMES =
            kind("volumes", Scope.NAMESPACED, VolumeSpec.getDefaultInstance(), VolumeStatus.getDefaultInstance());
    public static final Kind<EventSpec, EventStatus> EVENTS =
            kind("events", Scope.NAMESPACED, EventSpec.getDefaultInstance(), EventStatus.getDefaultInstance());
    public static final Kind<AgentSpec, AgentStatus> AGENTS =
            kind("agents", Scope.CLUSTER, AgentSpec.getDefaultInstance(), AgentStatus.getDefaultInstance());
    public static final Kind<AgentReportSpec, AgentReportStatus> AGENT_REPORTS = kind(
            "agentreports",
            Scope.CLUSTER,
            AgentReportSpec.getDefaultInstance(),
            AgentReportStatus.getDefaultInstance());
    public static final Kind<AllocationSpec, AllocationStatus> ALLOCATIONS = kind(
            "allocations", Scope.CLUSTER, AllocationSpec.getDefaultInstance(), AllocationStatus.getDefaultInstance());
    public static final Kind<AgentSessionSpec, AgentSessionStatus> SESSIONS = kind(
            ".sessions", Scope.CLUSTER, AgentSessionSpec.getDefaultInstance(), AgentSessionStatus.getDefaultInstance());
    public static final Kind<ClaimSpec, ClaimStatus> CLAIMS =
            kind(".claims", Scope.CLUSTER, ClaimSpec.getDefaultInstance(), ClaimStatus.getDefaultInstance());

    public static final Kind<JoinTokenSpec, JoinTokenStatus> TOKENS =
            kind(".tokens", Scope.CLUSTER, JoinTokenSpec.getDefaultInstance(), JoinTokenStatus.getDefaultInstance());

    public static final Kind<ControllerSpec, ControllerStatus> CONTROLLERS = kind(
            "controllers", Scope.CLUSTER, ControllerSpec.getDefaultInstance(), ControllerStatus.getDefaultInstance());
    public static final Kind<KindDefinitionSpec, KindDefinitionStatus> DEFINITIONS = kind(
            "kinddefinitions",
            Scope.CLUSTER,
            KindDefinitionSpec.getDefaultInstance(),
            KindDefinitionStatus.getDefaultInstance());

    public static final Kind<ContentSpec, ContentStatus> CONTENTS =
            kind("contents", Scope.NAMESPACED, ContentSpec.getDefaultInstance(), ContentStatus.getDefaultInstance());
    public static final Kind<ValueSpec, ValueStatus> SECRETS =
            kind("secrets", Scope.NAMESPACED, ValueSpec.getDefaultInstance(), ValueStatus.getDefaultInstance());
    public static final Kind<ValueSpec, ValueStatus> CONFIGS =
            kind("configs", Scope.NAMESPACED, ValueSpec.getDefaultInstance(), ValueStatus.getDefaultInstance());

    /**
     * What an admin may grant a controller to read. Not among them: kinds that carry environments of containers, which may hold secrets,
     * and what the engines keep for themselves.
     */
    public static final List<Kind<?, ?>> OPEN_TO_CONTROLLERS =
            List.of(DEPLOYMENTS, SERVICES, ENDPOINTS, AGENTS, AGENT_REPORTS, EVENTS);

    /** All kinds of the cluster's store, those that users see first. */
    public static final List<Kind<?, ?>> ALL = List.of(
            DEPLOYMENTS,
            RELEASES,
            TASKS,
            SERVICES,
            ENDPOINTS,
            VOLUMES,
            EVENTS,
            AGENTS,
            AGENT_REPORTS,
            ALLOCATIONS,
            SESSIONS,
            CLAIMS,
            TOKENS,
            CONTROLLERS,
            DEFINITIONS,
            SECRETS,
            CONFIGS,
            CONTENTS);

    private Kinds() {}

    /** The kind of the cluster's store that has this name. */
    public static Optional<Kind<?, ?>> named(String name) {
        return ALL.stream().filter(kind -> kind.name().equals(name)).findFirst();
    }

    /** True for the name of a kind that users define: it has a group, which no kind of Banyan's own ever has. */
    public static boolean isUserDefined(String name) {
        return name.indexOf('.', 1) > 0;
    }

    private static <S extends Message, T extends Message> Kind<S, T> kind(String name, Scope scope, S spec, T status) {
        return new Kind<>(name, scope, ProtoCodec.of(spec), ProtoCodec.of(status));
    }
}
