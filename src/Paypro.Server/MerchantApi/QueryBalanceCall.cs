using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>Tells a merchant its balance. What is held back is shown inside the frozen amount.</summary>
internal sealed class QueryBalanceCall(IContexts contexts)
{
    // Of the instance: a compiled query belongs to one model, and each engine has its own.
    private readonly Func<PayproContext, short, long, IAsyncEnumerable<AccountRow>> _byOwner = EF.CompileAsyncQuery(
        (PayproContext c, short bucket, long merchantNo) => c.Set<AccountRow>().AsNoTracking().Where(a => a.Bucket == bucket && a.OwnerType == OwnerType.Merchant && a.OwnerId == merchantNo));

    public async Task<ApiAnswer> RunAsync(MerchantRequest request)
    {
        // One statement, so the kinds are of one instant.
        await using var context = contexts.Create();
        long available = 0, frozen = 0, unsettled = 0;
        await foreach (var account in _byOwner(context, request.Merchant.Bucket, request.Merchant.No))
        {
            switch (account.Kind)
            {
                case AccountKind.Available:
                    available = account.BalanceMinor;
                    break;
                case AccountKind.Frozen or AccountKind.Held:
                    frozen += account.BalanceMinor;
                    break;
                case AccountKind.Unsettled:
                    unsettled = account.BalanceMinor;
                    break;
            }
        }

        return new ApiAnswer.Balance(new BalanceView(available, frozen, unsettled));
    }
}
