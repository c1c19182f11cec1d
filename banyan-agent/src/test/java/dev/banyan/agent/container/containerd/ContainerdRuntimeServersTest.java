package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerRuntimeContract;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.runtime.env.TaskSpawner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/** The contract kept by a real containerd, with a real registry. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerdRuntimeServersTest implements ContainerRuntimeContract, ContainerRuntimeContract.Home {
    private Rig rig;

    @BeforeAll
    void startContainerd() throws Exception {
        rig = new Rig();
    }

    @AfterAll
    void removeEverything() throws Exception {
        rig.close();
    }

    @Override
    public Home home() {
        return this;
    }

    @Override
    public ContainerRuntime of(String cluster) {
        return rig.runtime(cluster);
    }

    @Override
    public ImageReference image() {
        return rig.image();
    }

    @Override
    public ImageReference missingImage() {
        return rig.missingImage();
    }

    @Override
    public SandboxSpec sandbox() {
        return rig.sandbox();
    }

    @Override
    public void spawn(TaskSpawner.Body body) {
        rig.spawn(body);
    }

    @Override
    public String freshCluster() {
        return rig.freshName("cluster");
    }
}
