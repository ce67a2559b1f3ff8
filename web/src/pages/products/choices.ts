/** Stages of life of a product, as the tables name them. */
export const STAGES = ["导入", "成长", "成熟", "衰退"] as const;
