import type { ClientClass } from "../../../shared/catalog.ts";
import { textsOf } from "../../../shared/languages.ts";

export const accountTexts = textsOf(
  {
    account: "Account",
    all: "All accounts",
    classes: {
      corporateProfessional: "Corporate professional",
      individualProfessional: "Individual professional",
      retail: "Retail",
      omnibus: "Omnibus",
      house: "House",
    } satisfies Record<ClientClass, string>,
  },
  {
    account: "帳戶",
    all: "所有帳戶",
    classes: {
      corporateProfessional: "法團專業投資者",
      individualProfessional: "個人專業投資者",
      retail: "零售客戶",
      omnibus: "綜合帳戶",
      house: "自營帳戶",
    },
  },
  {
    account: "账户",
    all: "所有账户",
    classes: {
      corporateProfessional: "法团专业投资者",
      individualProfessional: "个人专业投资者",
      retail: "零售客户",
      omnibus: "综合账户",
      house: "自营账户",
    },
  },
);
