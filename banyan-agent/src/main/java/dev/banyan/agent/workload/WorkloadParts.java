package dev.banyan.agent.workload;

import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.material.Materials;
import dev.banyan.agent.volume.disk.TaskMounts;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.ObjectKey;
import java.util.function.Consumer;

/** What the workload reconciler works with. */
record WorkloadParts(
        Env env,
        Lister<TaskSpec, TaskStatus> tasks,
        ContainerRuntime runtime,
        Materials materials,
        TaskMounts mounts,
        HealthProbes probes,
        TaskReports reports,
        TaskEvents events,
        WorkloadConfig config,
        BootClock clock,
        StopGate gate,
        Consumer<ObjectKey> wake) {}
