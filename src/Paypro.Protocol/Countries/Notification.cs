using System.Buffers;
using Paypro.Protocol.Signing;

namespace Paypro.Protocol.Countries;

/// <summary>A notification ready to be sent, once.</summary>
/// <param name="Body">The exact bytes; the signature is over them.</param>
/// <param name="SignatureHeader">The value of <see cref="HmacSignature.HeaderName"/>; null for MD5 keys, whose signature is in the body.</param>
public sealed record Notification(byte[] Body, string? SignatureHeader)
{
    /// <summary>
    /// Makes a notification with exactly the members of the country's table and example. <c>timestamp</c> and signature are new
    /// for every attempt, so it is made anew each time.
    /// </summary>
    /// <param name="country">The merchant's country.</param>
    /// <param name="members"><see cref="Country.PayInNotification"/> or <see cref="Country.PayoutNotification"/>.</param>
    /// <param name="order">The order as it is now.</param>
    /// <param name="algorithm">The kind of the merchant's signing key.</param>
    /// <param name="secret">That key's secret, UTF-8.</param>
    /// <param name="merchantNo">The merchant number.</param>
    /// <param name="notifyUrl">Where it will be sent; its path is part of an HMAC signature.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    public static Notification Make(
        Country country,
        IReadOnlyList<ResponseMember> members,
        OrderView order,
        SigningAlgorithm algorithm,
        ReadOnlySpan<byte> secret,
        string merchantNo,
        Uri notifyUrl,
        long nowMs)
    {
        var output = new ArrayBufferWriter<byte>(512);
        var writer = Envelope.Rent(output);
        writer.WriteStartObject();
        ResponseWriter.WriteMembers(writer, country, members, order, nowMs);
        writer.WriteEndObject();
        writer.Flush();
        if (algorithm == SigningAlgorithm.HmacSha256)
        {
            var body = output.WrittenSpan.ToArray();
            return new Notification(body, HmacSignature.Header(HmacSignature.Notify, notifyUrl.AbsolutePath, merchantNo, nowMs / 1000, body, secret));
        }

        return new Notification(WithSign(output.WrittenMemory, secret), null);
    }

    /// <summary>Reads back what was written, so that the signature is over the literal text sent, and puts it last.</summary>
    private static byte[] WithSign(ReadOnlyMemory<byte> unsigned, ReadOnlySpan<byte> secret)
    {
        var body = FlatBody.Read(unsigned, out var error) ?? throw new InvalidOperationException($"A notification cannot be signed: {error}.");
        var sign = Md5Signature.Compute(body, secret);
        var signed = new byte[unsigned.Length + ",\"sign\":\"\""u8.Length + sign.Length];
        unsigned.Span[..^1].CopyTo(signed);
        System.Text.Encoding.ASCII.GetBytes($",\"sign\":\"{sign}\"}}", signed.AsSpan(unsigned.Length - 1));
        return signed;
    }
}
