// Written by eng/clients: for each country requests that its own rules take. The compiler checks their types.
import { MexicoClient, IndonesiaClient, PakistanClient, VietnamClient, PhilippinesClient, KenyaClient, EgyptClient, BrazilClient, IndiaClient, BangladeshClient, NigeriaClient, SouthKoreaClient } from "../dist/index.js";

export const samples = [
  {
    segment: "mex-pay",
    Client: MexicoClient,
    /** @type {import("../dist/countries/mexico.js").PayInRequest} */
    payIn: {
      tradeNo: "test_00000008",
      amount: "300",
      wayCode: "va",
      notifyUrl: "https://google.com",
      mobile: "15745896325",
      email: "kevin@example.com",
      payer: "kevin zhang",
      returnUrl: "http://abc.com/callback_page",
      remark: "test",
    },
    /** @type {import("../dist/countries/mexico.js").PayoutRequest} */
    payout: {
      tradeNo: "test_00000001",
      amount: "200",
      wayCode: "40012",
      customerName: "kevin zhang",
      customerAccountType: "CLABE",
      customerAccount: "012180001234567899",
      customerMobile: "18956325478",
      customerEmail: "kevin@example.com",
      identity: "58452586558",
      notifyUrl: "https://google.com",
      remark: "test",
    },
  },
  {
    segment: "indonesia-pay",
    Client: IndonesiaClient,
    /** @type {import("../dist/countries/indonesia.js").PayInRequest} */
    payIn: {
      tradeNo: "0b4ece82fa9749e8b8e57fa64931b7f8",
      amount: "1000000",
      username: "kevin zhang",
      mobile: "6281245907765",
      email: "kevin@example.com",
      channelCode: "EWALLET",
      notifyUrl: "https://google.com",
      wayCode: "DANA",
      returnUrl: "http://abc.com/callback_page",
      remark: "test",
    },
    /** @type {import("../dist/countries/indonesia.js").PayoutRequest} */
    payout: {
      tradeNo: "39fa354542824ee789faf526f27c024f",
      amount: "100000",
      customerName: "kevin zhang",
      mobile: "6281245907765",
      email: "kevin@example.com",
      bankAccountNo: "5464438554636",
      bankCode: "0002",
      notifyUrl: "https://google.com",
      remark: "test",
    },
  },
  {
    segment: "pak-pay",
    Client: PakistanClient,
    /** @type {import("../dist/countries/pakistan.js").PayInRequest} */
    payIn: {
      tradeNo: "order45692193212we3111",
      amount: "10000",
      name: "John Doe",
      mobile: "3115112345",
      email: "johndoe@gmail.com",
      notifyUrl: "https://example.com/notify",
      paymentType: "easypaisa",
      customerCert: "1730123456789",
      remark: "Payment for order #456",
      custId: "m2hkCRuTCK5HKpEkA0ok",
    },
    /** @type {import("../dist/countries/pakistan.js").PayoutRequest} */
    payout: {
      tradeNo: "order67890",
      amount: "5000",
      name: "Jane Doe",
      customerCert: "1730123456789",
      email: "kevin@example.com",
      mobile: "3115112345",
      accountType: "BANK",
      bankName: "ALLIED_BANK_LIMITED",
      bankNumber: "9876543210",
      notifyUrl: "https://yourcallbackurl.com/notify",
      remark: "Payment for invoice #1001",
    },
  },
  {
    segment: "vietnam-pay",
    Client: VietnamClient,
    /** @type {import("../dist/countries/vietnam.js").PayInRequest} */
    payIn: {
      tradeNo: "133323392",
      amount: "50000",
      bankName: "VietQR",
      notifyUrl: "https://merchant.example.com/notify",
      remark: "test",
    },
    /** @type {import("../dist/countries/vietnam.js").PayoutRequest} */
    payout: {
      tradeNo: "933323381",
      amount: "50000",
      accountName: "NGUYEN THE VIET",
      bankName: "ACB",
      bankNumber: "18199852",
      notifyUrl: "https://merchant.example.com/notify",
      remark: "test",
    },
  },
  {
    segment: "phl-pay",
    Client: PhilippinesClient,
    /** @type {import("../dist/countries/philippines.js").PayInRequest} */
    payIn: {
      tradeNo: "99333213852",
      amount: "200",
      payType: "GrabPay",
      notifyUrl: "https://www.111.com/",
      returnUrl: "https://merchant.example.com/thanks",
      remark: "test",
    },
    /** @type {import("../dist/countries/philippines.js").PayoutRequest} */
    payout: {
      tradeNo: "993332112131",
      amount: "100",
      accountName: "09539077075",
      bankName: "Maya",
      bankNumber: "09539077075",
      notifyUrl: "https://www.111.com/",
      remark: "test",
    },
  },
  {
    segment: "ken-pay",
    Client: KenyaClient,
    /** @type {import("../dist/countries/kenya.js").PayInRequest} */
    payIn: {
      tradeNo: "00000001",
      amount: "3",
      notifyUrl: "https://google.com",
      mobile: "254115555088",
      remark: "000000",
    },
    /** @type {import("../dist/countries/kenya.js").PayoutRequest} */
    payout: {
      tradeNo: "1000023",
      amount: "50",
      mobile: "254115555088",
      remark: "000000",
      notifyUrl: "https://google.com",
    },
  },
  {
    segment: "egy-pay",
    Client: EgyptClient,
    /** @type {import("../dist/countries/egypt.js").PayInRequest} */
    payIn: {
      tradeNo: "test_00000008",
      amount: "300",
      payer: "kevin zhang",
      remark: "test",
      mobile: "01012345678",
      email: "kevin@example.com",
      notifyUrl: "https://google.com",
      returnUrl: "http://abc.com/callback_page",
    },
    /** @type {import("../dist/countries/egypt.js").PayoutRequest} */
    payout: {
      tradeNo: "test_00000001",
      amount: "300",
      customerName: "kevin",
      remark: "test",
      notifyUrl: "https://google.com",
      walletId: "01123456789",
    },
  },
  {
    segment: "brz-pay",
    Client: BrazilClient,
    /** @type {import("../dist/countries/brazil.js").PayInRequest} */
    payIn: {
      tradeNo: "test_00000007",
      amount: "300",
      name: "123",
      identityType: "CPF",
      userIdentity: "52998224725",
      notifyUrl: "http://abc.com/notify",
      remark: "000000",
      returnUrl: "http://abc.com/callback_page",
    },
    /** @type {import("../dist/countries/brazil.js").PayoutRequest} */
    payout: {
      tradeNo: "123231222",
      amount: "300",
      name: "kevin zhang",
      email: "kevin@example.com",
      mobile: "123456789",
      bankType: "CNPJ",
      bankNumber: "11222333000181",
      identityType: "CNPJ",
      userIdentity: "11222333000181",
      notifyUrl: "https://merchant.example.com/notify",
      remark: "000000",
    },
  },
  {
    segment: "ind-pay",
    Client: IndiaClient,
    /** @type {import("../dist/countries/india.js").PayInRequest} */
    payIn: {
      tradeNo: "00000007",
      amount: "300",
      name: "abc",
      mobile: "9876543210",
      email: "kevin@example.com",
      ipAddress: "14.155.28.59",
      notifyUrl: "https://google.com",
      returnUrl: "http://abc.com/callback_page",
      remark: "000000",
    },
    /** @type {import("../dist/countries/india.js").PayoutRequest} */
    payout: {
      tradeNo: "123231222",
      amount: "300",
      name: "kevin zhang",
      mobile: "9876543210",
      email: "kevin@example.com",
      bankNumber: "10094038292",
      bankCode: "IDFB0043121",
      notifyUrl: "https://merchant.example.com/notify",
      ipAddress: "14.155.28.59",
      remark: "000000",
    },
  },
  {
    segment: "bgd-pay",
    Client: BangladeshClient,
    /** @type {import("../dist/countries/bangladesh.js").PayInRequest} */
    payIn: {
      tradeNo: "test_00000008",
      amount: "300",
      wayCode: "EWALLET_BKASH",
      notifyUrl: "https://google.com",
      returnUrl: "http://abc.com/callback_page",
      remark: "test",
    },
    /** @type {import("../dist/countries/bangladesh.js").PayoutRequest} */
    payout: {
      tradeNo: "test_00000001",
      amount: "300",
      walletId: "01123456789",
      wayCode: "EWALLET_BKASH",
      notifyUrl: "https://google.com",
      remark: "test",
    },
  },
  {
    segment: "nga-pay",
    Client: NigeriaClient,
    /** @type {import("../dist/countries/nigeria.js").PayInRequest} */
    payIn: {
      tradeNo: "pSPqrzJJ3MHkdyzS",
      amount: "500",
      username: "kevin zhang",
      mobile: "15875595997",
      email: "kevin@example.com",
      channelCode: "EWALLET",
      notifyUrl: "http://www.google.com",
      wayCode: "PALMPAY",
      returnUrl: "http://www.google.com",
      remark: "test",
    },
    /** @type {import("../dist/countries/nigeria.js").PayoutRequest} */
    payout: {
      tradeNo: "rgB36f2n9AElhTeY",
      amount: "500",
      bankCode: "0001",
      bankAccountNo: "0123456789",
      customerName: "kevin zhang",
      mobile: "15875595997",
      email: "kevin@example.com",
      notifyUrl: "http://www.google.com",
      remark: "test",
    },
  },
  {
    segment: "kor-pay",
    Client: SouthKoreaClient,
    /** @type {import("../dist/countries/southkorea.js").PayInRequest} */
    payIn: {
      tradeNo: "0b4ece82fa9749e8b8e57fa64931b7f8",
      amount: "1000000",
      username: "kevin zhang",
      mobile: "6281245907765",
      email: "kevin@example.com",
      notifyUrl: "https://google.com",
      subMerchantNo: "sandbox-shop",
      remark: "test",
    },
    /** @type {import("../dist/countries/southkorea.js").PayoutRequest} */
    payout: {
      tradeNo: "rgB36f2n9AElhTeY",
      amount: "500",
      bankCode: "0001",
      bankAccountNo: "123456789",
      customerName: "kevin zhang",
      mobile: "15875595997",
      email: "kevin@example.com",
      notifyUrl: "http://www.google.com",
      subMerchantNo: "sandbox-shop",
      remark: "test",
    },
  },
];
