package dev.banyan.agent.container.daemon;

import dev.banyan.agent.container.Handler;
import java.nio.file.Path;

/** The configuration of one containerd, as its TOML. Pure. */
final class DaemonConfig {
    /** Longer lines of a container's output are split into parts; CRI's own default. */
    private static final int LONGEST_LOG_LINE = 16 * 1024;

    private DaemonConfig() {}

    static String toml(DaemonDirectory directory, HostPrograms programs, String pauseImage) {
        return """
                version = 2
                root = %s
                state = %s
                disabled_plugins = [
                  "io.containerd.snapshotter.v1.aufs",
                  "io.containerd.snapshotter.v1.btrfs",
                  "io.containerd.snapshotter.v1.devmapper",
                  "io.containerd.snapshotter.v1.zfs",
                  "io.containerd.tracing.processor.v1.otlp",
                  "io.containerd.internal.v1.tracing",
                ]

                [grpc]
                  address = %s

                [metrics]
                  address = ""

                [plugins."io.containerd.grpc.v1.cri"]
                  disable_tcp_service = true
                  stream_server_address = "127.0.0.1"
                  stream_server_port = "0"
                  sandbox_image = %s
                  max_container_log_line_size = %d
                  restrict_oom_score_adj = true

                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = %s
                    conf_dir = %s
                    max_conf_num = 1

                  [plugins."io.containerd.grpc.v1.cri".registry]
                    config_path = %s

                  [plugins."io.containerd.grpc.v1.cri".containerd]
                    snapshotter = "overlayfs"
                    default_runtime_name = "%s"
                %s%s"""
                .formatted(
                        quoted(directory.root()),
                        quoted(directory.state()),
                        quoted(directory.socket()),
                        quoted(pauseImage),
                        LONGEST_LOG_LINE,
                        quoted(programs.cniPlugins()),
                        quoted(directory.networks()),
                        quoted(directory.registries()),
                        Handler.WITH_ENVIRONMENTS.key(),
                        runtime(Handler.WITH_ENVIRONMENTS, directory.runtimeWrapper()),
                        runtime(Handler.PLAIN, programs.runc()));
    }

    private static String runtime(Handler handler, Path program) {
        return """

                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.%s]
                      runtime_type = "io.containerd.runc.v2"

                      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.%s.options]
                        SystemdCgroup = false
                        BinaryName = %s
                """
                .formatted(handler.key(), handler.key(), quoted(program));
    }

    /** A basic TOML string. */
    static String quoted(Object value) {
        var text = new StringBuilder("\"");
        value.toString().chars().forEach(character -> {
            if (character == '"' || character == '\\') {
                text.append('\\').append((char) character);
            } else if (character < ' ') {
                text.append(String.format("\\u%04x", character));
            } else {
                text.append((char) character);
            }
        });
        return text.append('"').toString();
    }
}
