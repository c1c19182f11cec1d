package dev.banyan.api.compose.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.project.Projects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShaperTest {
    /** What stands beside the service in each of these projects, so that whatever is named is there. */
    private static final String BESIDE =
            """
            volumes: {data: {}}
            networks: {front: {}}
            secrets: {key: {environment: KEY}}
            configs: {conf: {content: c}}
            models: {llm: {model: m}}
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "command: run 'a b'  c;command: [run, `a b`, c]",
                "command: [];command: []",
                "command: '';command: []",
                "command:;command: null",
                "entrypoint: [a, 1, true];entrypoint: [a, '1', 'true']",
                "tty: yes;tty: true",
                "tty: 'off';tty: false",
                "tty: ON;tty: true",
                "user: yes;user: 'yes'",
                "user: 1000;user: '1000'",
                "user: 0x10;user: '0x10'",
                "hostname: on;hostname: 'on'",
                "mem_limit: 1g;mem_limit: 1073741824",
                "mem_limit: 1.5K;mem_limit: 1536",
                "mem_limit: 50MB;mem_limit: 52428800",
                "mem_limit: 64 MiB;mem_limit: 67108864",
                "mem_limit: 1024;mem_limit: 1024",
                "memswap_limit: -1;memswap_limit: -1",
                "stop_grace_period: 1m30s;stop_grace_period: 1m30s",
                "stop_grace_period: 90s;stop_grace_period: 1m30s",
                "stop_grace_period: 1500ms;stop_grace_period: 1.5s",
                "stop_grace_period: 0.25s;stop_grace_period: 250ms",
                "stop_grace_period: 1d;stop_grace_period: 24h",
                "stop_grace_period: 0;stop_grace_period: 0s",
                "cpus: 1.50;cpus: 1.5",
                "cpus: .5;cpus: 0.5",
                "cpus: 5e-1;cpus: 0.5",
                "scale: 0x10;scale: 16",
                "ports: [80];ports: [{target: 80, protocol: tcp}]",
                "ports: [\"8080:80/udp\"];ports: [{target: 80, published: '8080', protocol: udp}]",
                "ports: [\"127.0.0.1:8080:80\"];ports: [{target: 80, published: '8080', host_ip: 127.0.0.1, protocol: tcp}]",
                "ports: [\"127.0.0.1::80\"];ports: [{target: 80, host_ip: 127.0.0.1, protocol: tcp}]",
                "ports: [\"[::1]:8080:80\"];ports: [{target: 80, published: '8080', host_ip: \"::1\", protocol: tcp}]",
                "ports: [\"8080-8081:80-81\"];ports: [{target: 80, published: '8080', protocol: tcp}, {target: 81, published: '8081', protocol: tcp}]",
                "ports: [\"8080-8089:80\"];ports: [{target: 80, published: 8080-8089, protocol: tcp}]",
                "ports: [\"80\", 80];ports: [{target: 80, protocol: tcp}]",
                "ports: [{target: 80, published: 8080, mode: host, app_protocol: http, name: web}];ports: [{target: 80, published: '8080', mode: host, app_protocol: http, name: web, protocol: tcp}]",
                "volumes: [/data];volumes: [{type: volume, target: /data}]",
                "volumes: [\"data:/data:ro\"];volumes: [{type: volume, source: data, target: /data, read_only: true}]",
                "volumes: [\"data:/data:rw,nocopy\"];volumes: [{type: volume, source: data, target: /data, volume: {nocopy: true}}]",
                "volumes: [\"./x:/data\"];volumes: [{type: bind, source: x, target: /data, bind: {create_host_path: true}}]",
                "volumes: [\".:/data:z,rshared\"];volumes: [{type: bind, source: ., target: /data, bind: {selinux: z, propagation: rshared, create_host_path: true}}]",
                "volumes: [\"../y:/data\"];volumes: [{type: bind, source: ../y, target: /data, bind: {create_host_path: true}}]",
                "volumes: [\"/etc/../x:/data:cached\"];volumes: [{type: bind, source: /x, target: /data, consistency: cached, bind: {create_host_path: true}}]",
                "volumes: ['C:\\a:/data:ro'];volumes: [{type: bind, source: 'C:\\a', target: /data, read_only: true, bind: {create_host_path: true}}]",
                "volumes: ['C:/a:/data'];volumes: [{type: bind, source: 'C:/a', target: /data, bind: {create_host_path: true}}]",
                "volumes: [{type: bind, source: ./a, target: /a}];volumes: [{type: bind, source: a, target: /a}]",
                "volumes: [{type: tmpfs, target: /t, tmpfs: {size: 1m, mode: 0700}}];volumes: [{type: tmpfs, target: /t, tmpfs: {size: 1048576, mode: '0700'}}]",
                "volumes: [{type: volume, source: data, target: /t, volume: {labels: [a=b], subpath: c}}];volumes: [{type: volume, source: data, target: /t, volume: {labels: {a: b}, subpath: c}}]",
                "environment: [A=1, 'B=', 'C=x=y'];environment: {A: '1', B: '', C: x=y}",
                "environment: {A: 1.50, B: true, C: ~, D: ''};environment: {A: '1.50', B: 'true', D: ''}",
                "labels: [a, b=c];labels: {a: '', b: c}",
                "labels: {a: , b: 1};labels: {a: '', b: '1'}",
                "sysctls: [net.core.somaxconn=1024];sysctls: {net.core.somaxconn: '1024'}",
                "depends_on: {db: {condition: service_healthy}};depends_on: {db: {condition: service_healthy}}",
                "depends_on: [db];depends_on: {db: {condition: service_started, required: true}}",
                "networks: [front];networks: {front: {}}",
                "networks: {front: };networks: {front: {}}",
                "networks: {front: {aliases: [a, a, b], ipv4_address: 192.0.2.7, priority: 10}};networks: {front: {aliases: [a, b], ipv4_address: 192.0.2.7, priority: 10}}",
                "secrets: [key];secrets: [{source: key}]",
                "secrets: [{source: key, target: k, uid: '5', mode: 0440}];secrets: [{source: key, target: k, uid: '5', mode: '0440'}]",
                "configs: [{source: conf, mode: '440'}];configs: [{source: conf, mode: '0440'}]",
                "configs: [{source: conf, mode: 0o440}];configs: [{source: conf, mode: '0440'}]",
                "models: [llm];models: {llm: {}}",
                "build: ./dir/;build: {context: dir}",
                "build: .;build: {context: .}",
                "build: https://example.org/a.git#b;build: {context: 'https://example.org/a.git#b'}",
                "build: {context: ., args: [A=1, B], ssh: [default], ulimits: {nofile: 5}};build: {context: ., args: {A: '1', B: null}, ssh: {default: ''}, ulimits: {nofile: {soft: 5, hard: 5}}}",
                "ulimits: {nproc: 65535, nofile: {soft: 1, hard: 2}};ulimits: {nproc: {soft: 65535, hard: 65535}, nofile: {soft: 1, hard: 2}}",
                "devices: [\"/dev/a\", \"/dev/b:/dev/c:r\", vendor.com/c=d];devices: [{source: /dev/a, target: /dev/a, permissions: rwm}, {source: /dev/b, target: /dev/c, permissions: r}, {source: vendor.com/c=d}]",
                "gpus: all;gpus: [{count: all}]",
                "gpus: [{driver: d, count: 2}];gpus: [{driver: d, count: 2}]",
                "dns: 192.0.2.1;dns: [192.0.2.1]",
                "dns: [192.0.2.1, 192.0.2.1];dns: [192.0.2.1]",
                "tmpfs: /run;tmpfs: [/run]",
                "extra_hosts: [\"a:192.0.2.1\", \"b=::1\", \"a=192.0.2.1\"];extra_hosts: [a=192.0.2.1, 'b=::1']",
                "extra_hosts: {a: 192.0.2.1, b: [\"[::1]\", host-gateway]};extra_hosts: [a=192.0.2.1, 'b=::1', b=host-gateway]",
                "healthcheck: {test: curl x, interval: 5s};healthcheck: {test: [CMD-SHELL, curl x], interval: 5s}",
                "healthcheck: {test: [NONE]};healthcheck: {test: [NONE]}",
                "logging: {driver: local, options: {max-size: 10m, max-file: 3}};logging: {driver: local, options: {max-size: 10m, max-file: '3'}}",
                "restart: on-failure:3;restart: 'on-failure:3'",
                "pull_policy: every_1d;pull_policy: every_1d",
                "expose: [80, \"81-82/udp\"];expose: ['80', '81-82/udp']",
                "post_start: [{command: a b, environment: [X]}];post_start: [{command: [a, b], environment: {X: null}}]",
                "pre_start: [{command: [m], per_replica: true}];pre_start: [{command: [m], per_replica: true}]",
                "deploy: {update_config: {delay: 1m, max_failure_ratio: 0.5, order: start-first}};deploy: {update_config: {delay: 1m, max_failure_ratio: 0.5, order: start-first}}",
                "deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: all}]}}};deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: all}]}}}",
                "deploy: {placement: {constraints: [node.role == manager], preferences: [{spread: node.labels.zone}], node: web-*}};deploy: {placement: {constraints: [node.role == manager], preferences: [{spread: node.labels.zone}], node: ['web-*']}}",
                "develop: {watch: [{path: ./src, action: sync, target: /src, ignore: a}]};develop: {watch: [{path: src, action: sync, target: /src, ignore: [a]}]}",
                "blkio_config: {weight: 300, device_read_bps: [{path: /dev/a, rate: 1m}]};blkio_config: {weight: 300, device_read_bps: [{path: /dev/a, rate: 1048576}]}",
                "provider: {type: x, options: {a: [1, b]}};provider: {type: x, options: {a: [1, b]}}",
                "extra_hosts: [\"a=192.0.2.1,192.0.2.2\"];extra_hosts: [a=192.0.2.1, a=192.0.2.2]",
                "volumes: [{type: tmpfs, target: /t, tmpfs: {size: 0}}];volumes: [{type: tmpfs, target: /t, tmpfs: {size: 0}}]",
                "cpus: 0.0001;cpus: 0.0001",
                "sysctls: [a.b];sysctls: {a.b: ''}",
                "pre_start: [{image: x}];pre_start: [{image: x}]",
                "build: {context: ., no_cache_filter: a};build: {context: ., no_cache_filter: [a]}",
                "ports:;{}",
                "environment:;{}",
                "x-own: [1, a, {b: null}];x-own: [1, a, {b: null}]"
            })
    void writesOutWhatIsMeant(String written, String meant) {
        var loaded = Projects.of(project(written)).load();
        var same = Projects.of(project(meant.equals("{}") ? "" : meant.replace('`', '"')))
                .load();

        assertThat(loaded.web()).isEqualTo(same.web());
        if (!meant.equals("{}")) {
            assertThat(loaded.service("web").members().stream().map(member -> member.key()))
                    .contains(meant.substring(0, meant.indexOf(':')));
        }
    }

    private static String project(String line) {
        return "services:\n  db: {image: x}\n  web:\n    image: x\n    " + line + "\n" + BESIDE;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "imagee: x;unknown key \"imagee\" (did you mean \"image\"?)",
                "blah-blah: x;unknown key \"blah-blah\"",
                "x-banyan-allow: [x];unknown key \"x-banyan-allow\" (it belongs to an entry of \"ports\" with \"target\" and \"published\")",
                "deploy: {replica: 1};unknown key \"replica\" (did you mean \"replicas\"?)",
                "blkio_config: {x-a: 1, weight: 10, wight: 1};unknown key \"wight\" (did you mean \"weight\"?)",
                "tty: perhaps;must be true or false, not \"perhaps\"",
                "tty: [true];must be a single value",
                "tty:;needs a value",
                "labels: 1;must be a mapping of keys to values",
                "labels: {a: [b]};must be a single value",
                "build: {additional_contexts: {a: }};needs a value",
                "pre_start: [{user: u}];has no \"command\"",
                "gpus: [{count: 1, device_ids: [a]}];cannot have both \"count\" and \"device_ids\"",
                "cap_add: NET_ADMIN;must be a list",
                "cap_add: [net_admin];\"net_admin\" is no capability (write such as \"NET_ADMIN\")",
                "mem_limit: lots;\"lots\" is no size (write such as \"512m\" or \"1g\")",
                "mem_limit: 0;must be from 1 byte to 1024t",
                "stop_grace_period: 5;\"5\" is no duration (write \"5s\" for seconds)",
                "stop_grace_period: soon;\"soon\" is no duration (write such as \"10s\" or \"1m30s\")",
                "stop_grace_period: 169h;must be at most 168h",
                "cpus: +.e5;\"+.e5\" is no number of cores (write such as \"0.5\" or \"2\")",
                "cpus: 1e9;must be more than 0, and at most 4096",
                "oom_score_adj: -1001;must be a whole number from -1000 to 1000, not \"-1001\"",
                "scale: 1.5;must be a whole number from 0 to 1000, not \"1.5\"",
                "restart: alway;\"alway\" is no restart policy (did you mean \"always\"?)",
                "restart: false;\"false\" is no restart policy (did you mean \"no\"?)",
                "pull_policy: allways;\"allways\" is no pull policy (did you mean \"always\"?)",
                "cgroup: x;\"x\" is no namespace of control groups (write \"host\" or \"private\")",
                "ports: [\"80:http\"];\"http\" is no port (write such as \"8080:80\" or \"8080-8082:80-82\")",
                "ports: [\"80-82:1-2\"];both ranges must have the same length, not 3 and 2",
                "ports: [\"80/tc\"];\"tc\" is no protocol that can be published (did you mean \"tcp\"?)",
                "ports: [\"a.b:80:80\"];\"a.b\" is no address of a host (write such as \"192.0.2.7\")",
                "ports: [{target: 0}];must be a whole number from 1 to 65535, not \"0\"",
                "ports: [{published: 80}];has no \"target\", the port inside the container",
                "ports: [{target: 80, published: 90-80}];\"90-80\" is no port (write such as \"8080\" or \"8080-8082\")",
                "ports: [[80]];must be a mapping of keys to values",
                "volumes: [\"a:b:c:d\"];\"a:b:c:d\" is no mount (write such as \"data:/var/lib/data\" or \"./site:/srv:ro\")",
                "volumes: [\"data:\"];\"data:\" is no mount (write such as \"data:/var/lib/data\" or \"./site:/srv:ro\")",
                "volumes: [\"d:/x:rx\"];\"rx\" is no option of a mount (did you mean \"ro\"?)",
                "volumes: [\"data:/x:rx\"];\"rx\" is no option of a mount (did you mean \"ro\"?)",
                "volumes: [{type: volume}];has no \"target\", the path inside the container",
                "volumes: [{target: /x}];has no \"type\"",
                "volumes: [{type: bind, target: /x}];a bind mount has no \"source\"",
                "volumes: [{type: tmpfs, source: a, target: /x}];a tmpfs has no source",
                "volumes: [{type: bnd, source: a, target: /x}];\"bnd\" is no type of mount (did you mean \"bind\"?)",
                "environment: [=1];\"\" is no name of a variable (write NAME=value)",
                "environment: {A: {b: c}};must be a single value",
                "depends_on: [db, db];\"db\" is named twice",
                "depends_on: {db: {condition: healthy}};\"healthy\" is no condition (write \"service_started\", \"service_healthy\" or \"service_completed_successfully\")",
                "depends_on: {db: {condition: service_health}};\"service_health\" is no condition (did you mean \"service_healthy\"?)",
                "depends_on: {Über: {}};\"Über\" is no name (use letters, digits, \".\", \"_\" and \"-\")",
                "secrets: [{target: x}];has no \"source\"",
                "secrets: [{source: key, mode: '999'}];\"999\" is no mode of a file (write such as \"0440\")",
                "secrets: [{source: key, mode: rw}];\"rw\" is no mode of a file (write such as \"0440\")",
                "env_file: [{format: raw}];has no \"path\"",
                "env_file: [{path: x, format: row, required: false}];\"row\" is no format (did you mean \"raw\"?)",
                "extends: {file: x};has no \"service\"",
                "devices: [\"a::b\"];\"a::b\" is no device (write such as \"/dev/ttyUSB0:/dev/ttyUSB0:rwm\")",
                "gpus: some;\"some\" must be \"all\" or a list of devices",
                "extra_hosts: [a];\"a\" is no host with its address (write such as \"db=192.0.2.7\")",
                "extra_hosts: {a: b};\"b\" is no address (write such as \"192.0.2.7\")",
                "healthcheck: {test: [echo]};must begin with CMD, CMD-SHELL or NONE (write [\"CMD\", ...])",
                "healthcheck: {retries: 0, test: x};must be a whole number from 1 to 100, not \"0\"",
                "post_start: [{user: x}];has no \"command\"",
                "develop: {watch: [{path: a}]};has no \"action\"",
                "deploy: {mode: globle};\"globle\" is no mode of deployment (did you mean \"global\"?)",
                "deploy: {update_config: {order: any}};\"any\" is no order (write \"start-first\" or \"stop-first\")",
                "deploy: {update_config: {max_failure_ratio: 2}};must be a number from 0 to 1, not \"2\"",
                "stop_signal: sigterm;\"sigterm\" is no signal (write such as \"SIGTERM\")",
                "container_name: a/b;\"a/b\" is no name of a container (write such as \"shop-web\")",
                "profiles: [a/b];\"a/b\" is no profile (write such as \"debug\")",
                "cpuset: 0-;\"0-\" is no set of cores (write such as \"0-3,5\")",
                "mac_address: 02-42;\"02-42\" is no hardware address (write such as \"02:42:ac:11:65:43\")"
            })
    void saysWhatIsWrong(String line, String message) {
        assertThat(Projects.of(project(line)).load().reasons())
                .singleElement()
                .asString()
                .startsWith("compose.yaml:5:")
                .endsWith(": " + message);
    }

    @Test
    void readsAModeWithoutAZeroAsDecimalAndSaysSo() {
        var loaded = Projects.of(project("secrets: [{source: key, mode: 288}]")).load();

        assertThat(loaded.web()).contains("mode: \"0440\"");
        assertThat(loaded.warnings())
                .singleElement()
                .asString()
                .endsWith(
                        "288 without a leading zero is decimal: octal 0440 (write \"0440\", or \"0288\" if you meant that)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"external: true", "external: {name: n}", "name: n, external: 'yes'"})
    void readsExternalInAllItsForms(String form) {
        var loaded = Projects.of("services: {web: {image: x}}\nvolumes: {v: {" + form + "}}\n")
                .load();

        var volume = loaded.right().tree().mapping("volumes").mapping("v");
        assertThat(volume.flag("external", false)).isTrue();
        assertThat(volume.text("name").orElse("n")).isEqualTo("n");
    }

    @Test
    void refusesANameGivenTwice() {
        assertThat(Projects.of("services: {web: {image: x}}\nvolumes: {v: {name: a, external: {name: b}}}\n")
                        .load()
                        .reasons())
                .containsExactly("compose.yaml:2:24 volumes.v.name: is given twice, once under \"external\"");
    }

    @Test
    void expandsTheCallersHome() {
        var loaded = Projects.of(project("volumes: [\"~/x:/data\"]"))
                .variable("HOME", "/home/me")
                .load();

        assertThat(loaded.web()).contains("source: /home/me/x");
    }

    @Test
    void findsEveryMistakeInOnePass() {
        var text =
                """
                nam: a
                services:
                  web:
                    image: Nginx
                    prots: [80]
                    ports: [http, "80:80"]
                    deploy: {replicas: x, resources: {limits: {memory: 1q}}}
                  db:
                    imag: x
                    depends_on: [wbe]
                volumes: [data]
                """;

        assertThat(Projects.of(text).load().reasons())
                .extracting(reason -> reason.substring(0, reason.indexOf(' ')))
                .containsExactly(
                        "compose.yaml:1:1",
                        "compose.yaml:4:12",
                        "compose.yaml:5:5",
                        "compose.yaml:6:13",
                        "compose.yaml:7:24",
                        "compose.yaml:7:56",
                        "compose.yaml:9:5",
                        "compose.yaml:10:18",
                        "compose.yaml:11:10");
    }
}
