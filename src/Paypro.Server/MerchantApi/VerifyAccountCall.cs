using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Routing;

namespace Paypro.Server.MerchantApi;

/// <summary>
/// Tells a merchant who holds an account. The outer code is the result here: <c>0000</c> only for an account that a rail has
/// confirmed, <c>8000</c> for one that it certainly does not have, <c>5000</c> where no rail said anything, so that the merchant
/// asks again. Nothing is stored, the holder's name least of all.
/// </summary>
internal sealed class VerifyAccountCall(RailCalls calls, ILogger<VerifyAccountCall> log)
{
    public async Task<ApiAnswer> RunAsync(MerchantRequest request)
    {
        if (!request.Merchant.PayoutsOpen)
        {
            return new ApiAnswer.Refused("merchantNo: this merchant takes no payouts at present");
        }

        var fields = request.Fields;
        var enquiry = new AccountEnquiry(fields.BankCode ?? "", fields.Account!);
        var wasAsked = false;
        foreach (var offer in Router.PayoutAccounts(request.Snapshot, request.Merchant))
        {
            switch (await calls.VerifyAccountAsync(offer, enquiry))
            {
                case AccountOutcome.Found found:
                    return new ApiAnswer.Facts(new FactsView(new Dictionary<ResponseSource, string>
                    {
                        [ResponseSource.Account] = fields.SentAccount!,
                        [ResponseSource.AccountHolder] = found.HolderName,
                    }));
                case AccountOutcome.NotFound notFound:
                    return new ApiAnswer.Refused($"{NameOf(request.Operation)}: {notFound.Reason}");
                case AccountOutcome.Unknown unknown:
                    log.LogWarning("The channel account {Account} did not verify an account: {Reason}", offer.Account.Id, unknown.Reason);
                    wasAsked = true;
                    break;
            }
        }

        return wasAsked
            ? new ApiAnswer.Failed("the bank did not answer; send the same request again")
            : new ApiAnswer.Refused($"{NameOf(request.Operation)}: accounts cannot be verified at present");
    }

    private static string NameOf(Operation operation) => operation.Fields.First(field => field.Role == FieldRole.Account).Name;
}
