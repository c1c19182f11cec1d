package dev.banyan.engine.admission;

import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import java.util.Map;
import java.util.TreeMap;

/** Names of the claims that published ports need. Pure. */
final class Ports {
    private Ports() {}

    static String claim(PortMapping port) {
        return "port." + (port.getProtocol() == Protocol.UDP ? "udp" : "tcp") + "." + port.getPublished();
    }

    /** Field path by claim name, for every published port of a manifest. */
    static Map<String, String> claims(Manifest manifest) {
        var claims = new TreeMap<String, String>();
        for (var service : manifest.getServicesList()) {
            for (int i = 0; i < service.getPortsCount(); i++) {
                if (service.getPorts(i).getPublished() != 0) {
                    claims.put(claim(service.getPorts(i)), "services." + service.getName() + ".ports[" + i + "]");
                }
            }
        }
        return claims;
    }
}
