using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Paypro.Server.Books;

/// <summary>A transfer by hand as it is wished. Which members a template takes says <see cref="TransferTemplate.Takes"/>; all others stay empty.</summary>
/// <param name="Template">Its name.</param>
/// <param name="Document">Where the paper is that it rests on: a file, a statement's line, a ticket.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="AmountMinor">Above zero.</param>
internal sealed record TransferWish(string Template, string Document, string Currency, long AmountMinor)
{
    /// <summary>A bank account of ours.</summary>
    public long BankAccountId { get; init; }

    /// <summary>A channel account.</summary>
    public long ChannelAccountId { get; init; }

    public long MerchantNo { get; init; }

    /// <summary>Of money on its way: the transfer by hand that sent it.</summary>
    public long Sent { get; init; }

    /// <summary>Of a fee adjustment: <c>charge</c> or <c>giveBack</c>; of tax: <c>tax</c> or <c>taxWithheld</c>; of a loss: empty.</summary>
    public string Side { get; init; } = "";

    /// <summary>Of what a top-up or a fee adjustment costs, the fee; minor units.</summary>
    public long FeeMinor { get; init; }

    /// <summary>The tax on it; minor units.</summary>
    public long TaxMinor { get; init; }

    /// <summary>Of a top-up: the line of the bank's statement, once for each account.</summary>
    public string StatementLine { get; init; } = "";

    /// <summary>Of suspense: the rail's own key of the receipt.</summary>
    public string DedupeKey { get; init; } = "";

    /// <summary>Of a conversion: the currency that is bought.</summary>
    public string ToCurrency { get; init; } = "";
    public long ToAmountMinor { get; init; }
    public long ToBankAccountId { get; init; }

    /// <summary>Of a conversion: as the bank tells it.</summary>
    public string Rate { get; init; } = "";

    /// <summary>The local date of the money, <c>yyyyMMdd</c>; 0 for today in UTC.</summary>
    public int ValueDate { get; init; }

    /// <summary>What the proposal is about; another one with the same subject waits for it.</summary>
    [JsonIgnore]
    public string Subject => string.Create(CultureInfo.InvariantCulture, $"transfer:{Template}/{Sent}");
}

/// <summary>How wishes stand in proposals and rows.</summary>
internal static class BookJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException("There is nothing.");
}
