import { App, Button, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Schema, http, wordsOf } from "../../api/client";
import { useMay } from "../../app/me";

/** A kept version can be made the one that serves. */
export function Choose({ card, done }: { card: Schema["Card"]; done: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const may = useMay("models.write");
  const own = card.versions.find((one) => one.version === card.version);
  if (!may || !own?.is_published || own.is_champion) return null;
  const choose = async () => {
    setBusy(true);
    const { error } = await http.PUT("/api/v1/models/{name}/champion", { params: { path: { name: card.name } }, body: { version: card.version } });
    setBusy(false);
    if (error) return void message.error(wordsOf(error) ?? t("common.failed"));
    void message.success(t("models.nowChosen", { version: card.version }));
    done();
  };
  return (
    <Popconfirm title={t("models.chooseSure", { version: card.version })} onConfirm={choose} okText={t("models.choose")} cancelText={t("models.keepServing")}>
      <Button loading={busy}>{t("models.choose")}</Button>
    </Popconfirm>
  );
}
