using System.Security.Cryptography;
using System.Text;
using Oddswire.Core.Wire;
using Oddswire.Infrastructure.Logs.Kafka.Mock;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>
/// The broker's side of a login on one connection: SaslHandshake and SaslAuthenticate (KIP-43, KIP-152) with PLAIN (RFC 4616), SCRAM (RFC 5802)
/// or OAUTHBEARER (RFC 7628). Until it has succeeded no other request is answered.
/// </summary>
internal sealed class SaslServer(string mechanism, string user, string password)
{
    private const short Handshake = 17;
    private const short Authenticate = 36;
    private const short UnsupportedMechanism = 33;
    private const short AuthenticationFailed = 58;
    private const int Iterations = 4096;
    private static readonly byte[] Salt = [1, 2, 3, 4, 5, 6, 7, 8];
    private string? _clientFirst;
    private string? _serverFirst;
    private bool _isIn;

    public static IReadOnlyList<AnsweredApi> Answers { get; } = [new(Handshake, 1), new(Authenticate, 1)];

    /// <exception cref="WireFormatException">A request came before the login: the connection closes, as a broker closes it.</exception>
    public byte[]? Answer(ProtocolRequest request)
    {
        var reader = new ProtocolReader(request.Body.Span);
        switch (request.ApiKey)
        {
            case Handshake:
                return new ProtocolWriter().Int16(reader.String() == mechanism ? 0 : UnsupportedMechanism).Int32(1).String(mechanism).ToArray();
            case Authenticate:
                return Reply(request.Version, Step(reader.Bytes()));
            default:
                return _isIn ? null : throw new WireFormatException("A request before the login.");
        }
    }

    private static byte[] Reply(short version, byte[]? answer)
    {
        var writer = new ProtocolWriter().Int16(answer is null ? AuthenticationFailed : 0).String(answer is null ? "Authentication failed" : null).Bytes(answer);
        return (version >= 1 ? writer.Int64(0) : writer).ToArray();
    }

    private byte[]? Step(byte[] token) => mechanism switch
    {
        "PLAIN" => Enter(Encoding.UTF8.GetString(token) == $"\0{user}\0{password}"),
        "OAUTHBEARER" => Enter(Encoding.UTF8.GetString(token).Contains($"auth=Bearer {password}", StringComparison.Ordinal)),
        _ => _clientFirst is null ? ScramFirst(Encoding.UTF8.GetString(token)) : ScramFinal(Encoding.UTF8.GetString(token)),
    };

    private byte[]? Enter(bool isRight)
    {
        _isIn = isRight;
        return isRight ? [] : null;
    }

    private byte[] ScramFirst(string message)
    {
        _clientFirst = message[3..];
        var nonce = _clientFirst[(_clientFirst.IndexOf("r=", StringComparison.Ordinal) + 2)..] + "server";
        _serverFirst = $"r={nonce},s={Convert.ToBase64String(Salt)},i={Iterations}";
        return Encoding.UTF8.GetBytes(_serverFirst);
    }

    private byte[]? ScramFinal(string message)
    {
        var hash = mechanism == "SCRAM-SHA-512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;
        var size = hash == HashAlgorithmName.SHA512 ? 64 : 32;
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, Salt, Iterations, hash, size);
        var clientKey = Hmac(hash, salted, "Client Key");
        var withoutProof = message[..message.LastIndexOf(",p=", StringComparison.Ordinal)];
        var auth = $"{_clientFirst},{_serverFirst},{withoutProof}";
        var signature = Hmac(hash, CryptographicOperations.HashData(hash, clientKey), auth);
        var expected = clientKey.Zip(signature, (a, b) => (byte)(a ^ b)).ToArray();
        var given = Convert.FromBase64String(message[(message.LastIndexOf(",p=", StringComparison.Ordinal) + 3)..]);
        _isIn = _clientFirst!.StartsWith($"n={user},", StringComparison.Ordinal) && CryptographicOperations.FixedTimeEquals(expected, given);
        return _isIn ? Encoding.UTF8.GetBytes("v=" + Convert.ToBase64String(Hmac(hash, Hmac(hash, salted, "Server Key"), auth))) : null;
    }

    private static byte[] Hmac(HashAlgorithmName hash, byte[] key, string text) =>
        hash == HashAlgorithmName.SHA512 ? HMACSHA512.HashData(key, Encoding.UTF8.GetBytes(text)) : HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
