using System.Security.Cryptography;
using System.Text;

namespace Paypro.Channels.Spei;

/// <summary>
/// The original strings (<c>cadena original</c>) that STP's signatures are over, and the signature: RSA with SHA-256 (PKCS#1 version 1.5), base 64. There is no token: every
/// call is signed.
/// </summary>
internal sealed class SpeiSignature(SpeiAccount account, TimeProvider time) : IDisposable
{
    /// <summary>The members of an order in the order of the string. One that is not sent is empty.</summary>
    private static readonly string[] Members =
    [
        "institucionContraparte", "empresa", "fechaOperacion", "folioOrigen", "claveRastreo", "institucionOperante", "monto", "tipoPago",
        "tipoCuentaOrdenante", "nombreOrdenante", "cuentaOrdenante", "rfcCurpOrdenante", "tipoCuentaBeneficiario", "nombreBeneficiario",
        "cuentaBeneficiario", "rfcCurpBeneficiario", "emailBeneficiario", "tipoCuentaBeneficiario2", "nombreBeneficiario2",
        "cuentaBeneficiario2", "rfcCurpBeneficiario2", "conceptoPago", "conceptoPago2", "claveCatUsuario1", "claveCatUsuario2", "clavePago",
        "referenciaCobranza", "referenciaNumerica", "tipoOperacion", "topologia", "usuario", "medioEntrega", "prioridad", "iva",
    ];

    private readonly Lock _gate = new();
    private ReadOnlyMemory<byte> _of;
    private RSA? _key;

    /// <summary>Bits of the key that signs now; 0 when it cannot be opened.</summary>
    public int KeyBits
    {
        get
        {
            lock (_gate)
            {
                return Key()?.KeySize ?? 0;
            }
        }
    }

    /// <summary>The string of an order.</summary>
    /// <exception cref="ArgumentException">A member has no place in the string, so that it would be sent unsigned.</exception>
    public static string OfOrder(IReadOnlyDictionary<string, string> members) =>
        members.Keys.FirstOrDefault(name => !Members.Contains(name)) is { } stray
            ? throw new ArgumentException($"{stray} has no place in the string that is signed.", nameof(members))
            : Of(Members.Select(name => members.GetValueOrDefault(name) ?? ""));

    /// <summary>A string of values.</summary>
    public static string Of(params IEnumerable<string> values) => $"||{string.Join('|', values)}||";

    /// <summary>Signs; null when there is no key that can.</summary>
    public string? Sign(string original)
    {
        lock (_gate)
        {
            return Key() is { } key ? Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(original), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) : null;
        }
    }

    public void Dispose() => _key?.Dispose();

    /// <summary>The key of the newest version that counts now.</summary>
    private RSA? Key()
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var now = account.Account.Secrets.Current(SpeiChannel.PrivateKey, nowMs);
        if (_key is null || !_of.Equals(now))
        {
            _key?.Dispose();
            (_of, _key) = (now, account.OpenKey(nowMs));
        }

        return _key;
    }
}
