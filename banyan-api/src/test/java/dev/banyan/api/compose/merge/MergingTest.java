package dev.banyan.api.compose.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.NodeReader;
import dev.banyan.api.compose.node.Origin;
import dev.banyan.api.compose.node.Printer;
import dev.banyan.api.compose.schema.Base;
import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Shaper;
import dev.banyan.api.source.SourceText;
import dev.banyan.runtime.env.SeededRandom;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergingTest {
    private static final Base BASE = new Base(Path.of("/srv/app"), Path.of("/srv/app"), Optional.empty());

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "user: a;user: b;user: b",
                "user: a;tty: true;{user: a, tty: true}",
                "command: [a, b];command: [c];command: [c]",
                "command: [a];command:;command:",
                "entrypoint: a b;entrypoint: c;entrypoint: [c]",
                "healthcheck: {test: a, interval: 1s};healthcheck: {test: b};healthcheck: {test: b, interval: 1s}",
                "environment: [A=1, B=2];environment: {B: 3, C: 4};environment: {A: 1, B: 3, C: 4}",
                "labels: {a: 1};labels: [a=2, b];labels: {a: 2, b: ''}",
                "ports: [\"80:80\"];ports: [\"81:81\", {target: 80, published: 80, mode: host}];ports: [{target: 80, published: 80, mode: host}, \"81:81\"]",
                "ports: [\"80:80\"];ports: [\"80:80/udp\", \"127.0.0.1:80:80\"];ports: [\"80:80\", \"80:80/udp\", \"127.0.0.1:80:80\"]",
                "volumes: [\"a:/x\", \"b:/y\"];volumes: [\"c:/x:ro\"];volumes: [\"c:/x:ro\", \"b:/y\"]",
                "secrets: [s, t];secrets: [{source: u, target: s}];secrets: [{source: u, target: s}, t]",
                "secrets: [s];secrets: [{source: u, target: /run/secrets/s}];secrets: [{source: u, target: /run/secrets/s}]",
                "configs: [s];configs: [{source: u, target: /s}];configs: [{source: u, target: /s}]",
                "configs: [s];configs: [t];configs: [s, t]",
                "devices: [\"/a:/x\"];devices: [\"/b:/x:r\"];devices: [\"/b:/x:r\"]",
                "depends_on: [a];depends_on: {b: {condition: service_healthy}};depends_on: {a: {condition: service_started, required: true}, b: {condition: service_healthy}}",
                "depends_on: {a: {condition: service_healthy, restart: true}};depends_on: {a: {condition: service_started}};depends_on: {a: {condition: service_started, restart: true}}",
                "networks: [a];networks: {a: {aliases: [x]}};networks: {a: {aliases: [x]}}",
                "networks: {a: {aliases: [x]}};networks: {a: {aliases: [y, x]}, b: };networks: {a: {aliases: [x, y]}, b: }",
                "build: a;build: {args: {A: 1}};build: {context: a, args: {A: 1}}",
                "build: {context: a, args: [A=1]};build: b;build: {context: b, args: {A: 1}}",
                "dns: 192.0.2.1;dns: [192.0.2.2, 192.0.2.1];dns: [192.0.2.1, 192.0.2.2]",
                "dns_search: a;dns_search: b;dns_search: [a, b]",
                "tmpfs: /a;tmpfs: [/b];tmpfs: [/a, /b]",
                "cap_add: [A_B];cap_add: [A_B, C_D];cap_add: [A_B, C_D]",
                "expose: [80];expose: [81, 80];expose: [80, 81]",
                "extra_hosts: [a=192.0.2.1];extra_hosts: {a: 192.0.2.1, b: 192.0.2.2};extra_hosts: [a=192.0.2.1, b=192.0.2.2]",
                "env_file: a;env_file: [b, {path: a, required: false}];env_file: [{path: a, required: false}, b]",
                "logging: {driver: a, options: {x: 1}};logging: {options: {y: 2}};logging: {driver: a, options: {x: 1, y: 2}}",
                "logging: {driver: a, options: {x: 1}};logging: {driver: a, options: {x: 2}};logging: {driver: a, options: {x: 2}}",
                "logging: {driver: a, options: {x: 1}};logging: {driver: b};logging: {driver: b}",
                "ulimits: {n: 5};ulimits: {n: {soft: 1, hard: 2}, m: 3};ulimits: {n: {soft: 1, hard: 2}, m: 3}",
                "deploy: {replicas: 1, labels: {a: b}};deploy: {replicas: 2};deploy: {replicas: 2, labels: {a: b}}",
                "deploy: {placement: {constraints: [a]}};deploy: {placement: {constraints: [b]}};deploy: {placement: {constraints: [a, b]}}",
                "post_start: [{command: a}];post_start: [{command: b}];post_start: [{command: a}, {command: b}]",
                "sysctls: [a=1];sysctls: {a: 2};sysctls: {a: 2}",
                "profiles: [a1];profiles: [b1, a1];profiles: [a1, b1]",
                "x-own: {a: [1]};x-own: {a: [2], b: c};x-own: {a: [1, 2], b: c}",
                "ports: [80];ports: !reset [];{}",
                "ports: [80];ports: !override [81];ports: [81]",
                "environment: {A: 1, B: 2};environment: {A: !reset null};environment: {B: 2}",
                "environment: {A: 1, B: 2};environment: !override {C: 3};environment: {C: 3}",
                "deploy: {resources: {limits: {cpus: 1, memory: 1g}}};deploy: {resources: {limits: {cpus: !reset null}}};deploy: {resources: {limits: {memory: 1g}}}",
                "build: {context: a, args: {A: 1}};build: !reset null;{}",
                "user: !reset a;user: b;user: b",
                "ports: !reset [];ports: [80];ports: [80]",
                "user: !reset a;tty: true;tty: true",
                "user: !override a;tty: true;{user: a, tty: true}"
            })
    void joinsAServiceWithALaterOne(String base, String over, String expected) {
        var joined = Merging.settled(Merging.join(service(base), service(over), ComposeKeys.DOCUMENT));

        assertThat(Printer.print(joined)).isEqualTo(Printer.print(service(expected)));
    }

    @Test
    void joinsNetworksByTheirRanges() {
        var one = tree("networks: {n: {ipam: {config: [{subnet: 192.0.2.0/25}, {subnet: 192.0.2.128/25}]}}}");
        var other = tree("networks: {n: {ipam: {config: [{subnet: 192.0.2.0/25, gateway: 192.0.2.9}]}}}");

        var joined = Merging.join(one, other, ComposeKeys.DOCUMENT);

        assertThat(joined)
                .matches(tree("networks: {n: {ipam: {config: [{subnet: 192.0.2.0/25, gateway: 192.0.2.9},"
                        + " {subnet: 192.0.2.128/25}]}}}")::same);
    }

    @Test
    void keepsThePlaceOfWhatHolds() {
        var joined = Merging.join(service("user: a"), service("user: b"), ComposeKeys.DOCUMENT);

        var user = joined.mapping("services").mapping("web").member("user").orElseThrow();
        assertThat(user.value().place().origin().source().text()).contains("user: b");
        assertThat(joined.mapping("services")
                        .member("web")
                        .orElseThrow()
                        .at()
                        .origin()
                        .source()
                        .text())
                .contains("user: a");
    }

    @Test
    void addsNothingToNothing() {
        var some = service("ports: [80]");
        var none = tree("{}");

        assertThat(Merging.join(some, none, ComposeKeys.DOCUMENT)).matches(some::same);
        assertThat(Merging.join(none, some, ComposeKeys.DOCUMENT)).matches(some::same);
    }

    /** Values of keys that are joined in each of the ways, with marks; logging is left out: it depends on its driver. */
    private static final List<String> LINES = List.of(
            "user: a",
            "user: !reset b",
            "user: !override c",
            "command: [a]",
            "command:",
            "environment: {A: 1, B: 2}",
            "environment: {B: !reset null, C: 3}",
            "environment: !override {D: 4}",
            "environment: !reset {}",
            "ports: [\"80:80\", \"81:81\"]",
            "ports: [{target: 80, published: 80, mode: host}, 82]",
            "ports: !override [83]",
            "volumes: [\"a:/x\", \"b:/y\"]",
            "volumes: [\"c:/x\"]",
            "deploy: {labels: {a: b}, placement: {constraints: [x]}}",
            "deploy: {replicas: 3, placement: {constraints: [y], max_replicas_per_node: !reset 1}}",
            "deploy: {placement: !override {platform: linux/amd64}}",
            "deploy: !reset null",
            "extra_hosts: [a=192.0.2.1]",
            "extra_hosts: {a: 192.0.2.1, b: 192.0.2.2}",
            "x-own: {a: [1], b: 2}",
            "x-own: {a: [2], b: !reset 3}");

    @Test
    void doesNotCareWhichTwoAreJoinedFirst() {
        var random = new SeededRandom(31);
        for (int i = 0; i < 3000; i++) {
            var a = random(random);
            var b = random(random);
            var c = random(random);
            var left = Merging.join(Merging.join(a, b, ComposeKeys.DOCUMENT), c, ComposeKeys.DOCUMENT);
            var right = Merging.join(a, Merging.join(b, c, ComposeKeys.DOCUMENT), ComposeKeys.DOCUMENT);
            assertThat(Merging.settled(left))
                    .as(() -> Printer.print(a) + "+\n" + Printer.print(b) + "+\n" + Printer.print(c))
                    .matches(Merging.settled(right)::same);
        }
    }

    private static Mapping random(SeededRandom random) {
        var keys = new java.util.TreeMap<String, String>();
        for (int count = random.nextInt(5); count > 0; count--) {
            var line = LINES.get(random.nextInt(LINES.size()));
            keys.put(line.substring(0, line.indexOf(':')), line);
        }
        return tree("services:\n  web:\n    image: x\n"
                + String.join("\n", keys.values()).indent(4));
    }

    private static Mapping service(String keys) {
        return tree("services:\n  web:" + (keys.startsWith("{") ? " " + keys : "\n    " + keys) + "\n");
    }

    private static Mapping tree(String text) {
        var complaints = new Complaints();
        var document = NodeReader.read(new Origin(0, new SourceText("f", text), false), complaints);
        var shaped = new Shaper(complaints, BASE).shape(document.orElseThrow(), ComposeKeys.DOCUMENT);
        assertThat(complaints.refusals()).as(text).isEmpty();
        return shaped;
    }
}
