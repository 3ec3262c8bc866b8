using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Paypro.RailDoubles;

/// <summary>An authority and what it issues, made in the test run and kept nowhere.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset Begins = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), Ends = new(2049, 12, 31, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestCertificates(string name = "A test authority")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        Authority = request.CreateSelfSigned(Begins, Ends);
    }

    public X509Certificate2 Authority { get; }

    public string AuthorityPem => Authority.ExportCertificatePem();

    /// <summary>A server's certificate for loopback, usable for TLS.</summary>
    public X509Certificate2 Server() => X509CertificateLoader.LoadPkcs12(Issue("localhost", "1.3.6.1.5.5.7.3.1", Begins, Ends, ""), "");

    /// <summary>A client's certificate with its key, as a PKCS#12 file.</summary>
    public byte[] Client(string name = "A test client", DateTimeOffset? ends = null, string password = "") => Issue(name, "1.3.6.1.5.5.7.3.2", Begins, ends ?? Ends, password);

    /// <summary>Whether a certificate is of this authority and counts at a time.</summary>
    public bool HasIssued(X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { Authority },
                VerificationTime = now.LocalDateTime,
            },
        };
        return chain.Build(certificate);
    }

    public void Dispose()
    {
        Authority.Dispose();
        _key.Dispose();
    }

    private byte[] Issue(string name, string use, DateTimeOffset begins, DateTimeOffset ends, string password)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        using var issued = request.Create(Authority, begins, ends, RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(key);

        // One round of hashing: the tests open it thousands of times.
        return whole.ExportPkcs12(new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1), password);
    }
}
