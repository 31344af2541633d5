import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Connects to a port of this machine as to a host, and prints whether its certificate is accepted. */
class Handshake {
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[1]);
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    try (SSLSocket socket = (SSLSocket) factory.createSocket(new Socket("127.0.0.1", port), args[0], port, true)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      System.out.println("accepted");
    } catch (javax.net.ssl.SSLException e) {
      System.out.println("refused: " + e.getMessage());
    }
  }
}
