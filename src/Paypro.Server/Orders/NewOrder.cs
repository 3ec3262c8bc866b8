using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>Turns checked fields into the rows of a new order: ids, number, terms of the day, content hash, sealed person.</summary>
internal sealed class NewOrder(IdSource ids, IRandomness randomness, InstallationSecrets secrets)
{
    private readonly byte[] _contentKey = secrets.Of(InstallationSecrets.OrderContent);
    private readonly byte[] _payerKey = secrets.Of(InstallationSecrets.PayerCounts);

    public OrderRow Row(Merchant merchant, RequestFields fields, Direction direction, Terms terms, long nowMs) => new()
    {
        Bucket = merchant.Bucket,
        Id = ids.Next(),
        MerchantNo = merchant.No,
        SubMerchant = fields.SubMerchant ?? "",
        Direction = direction,
        TradeNo = direction == Direction.Refund ? fields.RefundNo : fields.TradeNo,
        Number = OrderNumber.Make(merchant.Bucket, randomness),
        Country = merchant.Country.IsoCode,
        Currency = merchant.Currency.Code,
        AmountMinor = fields.AmountMinor,
        State = OrderState.Pending,
        TermsId = terms.Id,
        ContentHash = ContentHash(fields),
        NotifyUrl = fields.NotifyUrl ?? DefaultUrl(merchant, direction),
        ReturnUrl = fields.ReturnUrl ?? "",
        Remark = fields.Remark ?? "",
        CreatedAtMs = nowMs,
    };

    /// <summary>Nobody hears of a refund who did not ask for it: whoever takes results of pay-ins would read one as the pay-in's.</summary>
    private static string DefaultUrl(Merchant merchant, Direction direction) => direction switch
    {
        Direction.PayIn => merchant.PayInNotifyUrl,
        Direction.Payout => merchant.PayoutNotifyUrl,
        _ => "",
    };

    /// <summary>Keyed, since account and identity numbers are few enough to be guessed from a plain hash.</summary>
    public byte[] ContentHash(RequestFields fields) => HMACSHA256.HashData(_contentKey, Encoding.UTF8.GetBytes(fields.ContentText()));

    /// <summary>The quotas of the merchant's country that a new pay-in counts in; mostly none.</summary>
    /// <param name="merchant">With whom the payer is counted.</param>
    /// <param name="fields">Checked.</param>
    /// <param name="rules">Of the country, for its local day.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public IReadOnlyList<PayerLimit> PayerLimitsOf(Merchant merchant, RequestFields fields, BookingRules rules, long nowMs)
    {
        if (merchant.Country.PayerQuotas.Count == 0)
        {
            return [];
        }

        var limits = new List<PayerLimit>();
        foreach (var quota in merchant.Country.PayerQuotas)
        {
            if (fields[quota.Role] is { } payer && fields.AmountMinor > quota.AboveMinor)
            {
                // The same address in another notation is the same payer.
                payer = quota.Role == FieldRole.IpAddress && IPAddress.TryParse(payer, out var address) ? CallerAddress.Of(address).Value.ToString("x", CultureInfo.InvariantCulture) : payer;
                var rolls = quota.SameAmountEvery > TimeSpan.Zero;
                var text = string.Create(CultureInfo.InvariantCulture, $"{(int)quota.Role}\n{(rolls ? fields.AmountMinor : 0)}\n{payer}");
                var hash = Convert.ToHexStringLower(HMACSHA256.HashData(_payerKey, Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
                var key = new PayerCountKey(merchant.Bucket, merchant.No, hash, rolls ? 0 : rules.ValueDate(nowMs));
                limits.Add(new PayerLimit(key, quota, fields.Operation.Fields.First(f => f.Role == quota.Role).Name));
            }
        }

        return limits;
    }

    /// <summary>
    /// Names a merchant's recipient without telling him: the same account is the same recipient, whatever else is written with it. Keyed, as <see cref="ContentHash"/>.
    /// </summary>
    public string RecipientOf(Merchant merchant, RequestFields fields)
    {
        var text = $"recipient\n{merchant.NoText}\n{fields.Account ?? fields.Mobile ?? fields.Identity ?? fields.Name}";
        return Convert.ToHexStringLower(HMACSHA256.HashData(_payerKey, Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    public static Person PersonOf(RequestFields fields) => new()
    {
        Name = fields.Name,
        Mobile = fields.Mobile,
        Email = fields.Email,
        Account = fields.Account,
        Identity = fields.Identity,
        IdentityType = fields.IdentityType,
        CustomerId = fields.CustomerId,
    };

    /// <summary>Chance for routing.</summary>
    public ulong Draw()
    {
        Span<byte> bytes = stackalloc byte[8];
        randomness.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public byte[] ReferenceBytes()
    {
        var bytes = new byte[32];
        randomness.Fill(bytes);
        return bytes;
    }
}
